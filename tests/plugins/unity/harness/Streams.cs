using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Facewire;

/// <summary>What the package makes of recorded ZMTP connections.</summary>
internal sealed class Streams : IMessages
{
    private readonly NativeReader reader = new NativeReader();
    private readonly FaceFrame frame = new FaceFrame();
    private readonly List<string> read = new List<string>();

    void IMessages.Take(byte[] data, int topic, int topicCount, int start, int count)
    {
        Message message = reader.Read(data, topic, topicCount, start, count, frame);
        read.Add(message == Message.Frame ? frame.Seq.ToString() : message.ToString());
    }

    /// <summary>Print a line for each stream of a folder, fed in pieces.</summary>
    internal static void Folder(string folder, int piece)
    {
        foreach (string path in Directory.GetFiles(folder, "zmtp_*.bin").OrderBy(one => one))
        {
            byte[] all = File.ReadAllBytes(path);
            var taker = new Streams();
            var end = new ZmtpSubscriber();
            end.Start();
            var said = new List<string>();
            bool going = true;
            for (int at = 0; at < all.Length && going; at += piece)
            {
                Collect(end, said);
                byte[] part = all.Skip(at).Take(piece).ToArray();
                going = end.Receive(part, part.Length, taker);
            }
            Collect(end, said);
            Console.WriteLine(string.Join("\t", new[]
            {
                Path.GetFileName(path), going ? "open" : "closed",
                string.Join(",", taker.read), string.Join("", said), end.Problem,
            }));
        }
    }

    /// <summary>Break streams of a folder and read them.</summary>
    internal static void Mutations(string folder, int count, int seed)
    {
        var random = new Random(seed);
        byte[][] all = Directory.GetFiles(folder, "zmtp_*.bin").OrderBy(one => one)
            .Select(File.ReadAllBytes).ToArray();
        var taker = new Streams();
        var end = new ZmtpSubscriber();
        int closed = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] broken = (byte[])all[random.Next(all.Length)].Clone();
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            }
            end.Start();
            bool going = true;
            for (int at = 0; at < broken.Length && going;)
            {
                int piece = Math.Min(random.Next(1, 2000), broken.Length - at);
                going = end.Receive(broken.Skip(at).Take(piece).ToArray(), piece, taker);
                end.OutputCount = 0;
                at += piece;
            }
            closed += going ? 0 : 1;
            taker.read.Clear();
        }
        Console.WriteLine(closed);
    }

    private static void Collect(ZmtpSubscriber end, List<string> said)
    {
        said.Add(BitConverter.ToString(end.Output, 0, end.OutputCount).Replace("-", ""));
        end.OutputCount = 0;
    }
}
