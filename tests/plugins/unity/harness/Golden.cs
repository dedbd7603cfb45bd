using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Facewire;

/// <summary>What the package makes of golden, cut and broken datagrams.</summary>
internal static class Golden
{
    /// <summary>Print a line for each datagram of a folder.</summary>
    internal static void Folder(string folder)
    {
        var reader = new NativeReader();
        foreach (string path in Directory.GetFiles(folder, "*.bin").OrderBy(one => one))
        {
            string name = Path.GetFileName(path);
            if (!name.StartsWith("zmtp"))
            {
                Console.WriteLine(name + "\t" + Line(reader, File.ReadAllBytes(path)));
            }
        }
    }

    /// <summary>Print a line for each datagram of a file: u32 length, bytes.</summary>
    internal static void Packed(string path)
    {
        var reader = new NativeReader();
        byte[] all = File.ReadAllBytes(path);
        var output = new StringBuilder();
        for (int at = 0; at < all.Length;)
        {
            int size = BitConverter.ToInt32(all, at);
            output.Append(Line(reader, all.Skip(at + 4).Take(size).ToArray())).Append('\n');
            at += 4 + size;
        }
        Console.Write(output);
    }

    /// <summary>Print how many cut datagrams are taken for whole.</summary>
    internal static void Cuts(string folder)
    {
        var reader = new NativeReader();
        var frame = new FaceFrame();
        int refused = 0;
        int taken = 0;
        foreach (string path in Directory.GetFiles(folder, "*.bin"))
        {
            byte[] whole = File.ReadAllBytes(path);
            bool good = reader.Read(whole, whole.Length, frame) != Message.Refused;
            for (int cut = 0; good && cut < whole.Length; cut++)
            {
                // An array of its own, so that a read beyond the cut is an exception.
                byte[] part = whole.Take(cut).ToArray();
                if (reader.Read(part, cut, frame) == Message.Refused)
                {
                    refused++;
                }
                else
                {
                    taken++;
                }
            }
        }
        Console.WriteLine(refused + "\t" + taken);
    }

    /// <summary>Break datagrams of a folder and read them; print what became of them.
    /// </summary>
    internal static void Mutations(string folder, int count, int seed)
    {
        var random = new Random(seed);
        byte[][] all = Directory.GetFiles(folder, "*.bin").OrderBy(one => one)
            .Select(File.ReadAllBytes).ToArray();
        var reader = new NativeReader();
        var osc = new OscReader();
        var frame = new FaceFrame();
        var counts = new int[3];
        for (int i = 0; i < count; i++)
        {
            byte[] broken = (byte[])all[random.Next(all.Length)].Clone();
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            }
            int size = random.Next(4) == 0 ? random.Next(broken.Length + 1) : broken.Length;
            Array.Resize(ref broken, size);
            counts[(int)reader.Read(broken, size, frame)]++;
            osc.Read(broken, size, frame);
        }
        Console.WriteLine(string.Join("\t", counts));
    }

    /// <summary>Print a line for each OSC datagram of a folder.</summary>
    internal static void Osc(string folder)
    {
        var reader = new OscReader();
        var frame = new FaceFrame();
        foreach (string path in Directory.GetFiles(folder, "*.bin").OrderBy(one => one))
        {
            byte[] data = File.ReadAllBytes(path);
            Message read = reader.Read(data, data.Length, frame);
            string told = read == Message.Frame ? Numbers(frame) : read.ToString();
            Console.WriteLine(Path.GetFileName(path) + "\t" + told);
        }
    }

    private static string Line(NativeReader reader, byte[] data)
    {
        var frame = new FaceFrame();
        Message read = reader.Read(data, data.Length, frame);
        return read == Message.Frame ? "Frame\t" + Numbers(frame)
            : read == Message.Schema ? "Schema" : "Refused\t" + reader.Problem;
    }

    private static string Numbers(FaceFrame frame)
    {
        string subject = BitConverter.ToString(frame.SubjectBytes, 0, frame.SubjectLength);
        return string.Join("\t", new[]
        {
            subject, frame.Seq.ToString(), frame.Index.ToString(),
            frame.CapturedNs.ToString(), frame.SentNs.ToString(), frame.DisplayNs.ToString(),
            frame.Tracked.ToString(), Exact(frame.Confidence),
            frame.TimecodeFrame.ToString(), Exact(frame.TimecodeSubframe),
            frame.RateNumerator.ToString(), frame.RateDenominator.ToString(),
            Row(frame.Vector), Row(frame.Expression),
            frame.HasDoubt ? Row(frame.Doubt) : "none", frame.Mood.ToString(),
        });
    }

    private static string Row(float[] values)
    {
        return string.Join(" ", values.Select(value => Exact(value)));
    }

    private static string Exact(double value)
    {
        return value.ToString("R", CultureInfo.InvariantCulture);
    }
}
