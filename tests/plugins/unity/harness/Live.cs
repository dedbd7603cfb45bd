using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;
using Facewire;

/// <summary>Streams over real sockets, and how long reading takes.</summary>
internal static class Live
{
    /// <summary>Receive until so many faces were taken; print each change.</summary>
    /// <remarks>A line `ready` when the port is open, so that nobody has to guess.
    /// </remarks>
    internal static int Listen(string address, int frames, double limitS, string until)
    {
        SourceAddress source;
        string problem;
        if (!SourceAddress.TryParse(address, out source, out problem))
        {
            Console.WriteLine("problem\t" + problem);
            return 2;
        }
        using (var stream = new FaceStream(source))
        {
            stream.Start();
            long endNs = Clock.NowNs + (long)(limitS * 1e9);
            string last = null;
            bool done = false;
            while (!done && Clock.NowNs < endNs)
            {
                Statistics now = stream.Statistics;
                string told = "state\t" + stream.State + "\t" + now.Connections + "\t"
                    + stream.Problem;
                if (told != last)
                {
                    Console.WriteLine(told);
                    last = told;
                }
                done = now.Frames >= frames && (until.Length == 0 || told.Contains(until));
                Thread.Sleep(1);
            }
            Print(stream);
            return done ? 0 : 1;
        }
    }

    /// <summary>Receive for a time; print growth of memory at the end.</summary>
    internal static int Soak(string address, double seconds)
    {
        SourceAddress source;
        string problem;
        SourceAddress.TryParse(address, out source, out problem);
        using (var stream = new FaceStream(source))
        {
            stream.Start();
            var frame = new FaceFrame();
            long arrivalNs;
            long endNs = Clock.NowNs + (long)(seconds * 1e9);
            while (stream.Statistics.Frames < 120 && Clock.NowNs < endNs)
            {
                Thread.Sleep(5);
            }
            long before = Settled();
            int collections = GC.CollectionCount(0);
            long taken = stream.Statistics.Frames;
            while (Clock.NowNs < endNs)
            {
                stream.Faces.Show(null, Clock.NowNs, 50000000L, frame, out arrivalNs);
                Thread.Sleep(8);
            }
            int collected = GC.CollectionCount(0) - collections;
            long frames = stream.Statistics.Frames - taken;
            Console.WriteLine("soak\t" + frames + "\t" + collected + "\t" + (Settled() - before));
            Print(stream);
            return 0;
        }
    }

    /// <summary>Print the number of each face that is shown.</summary>
    internal static int Follow(string address)
    {
        SourceAddress source;
        string problem;
        SourceAddress.TryParse(address, out source, out problem);
        using (var stream = new FaceStream(source))
        {
            stream.Start();
            var frame = new FaceFrame();
            ulong last = ulong.MaxValue;
            while (stream.Statistics.Refused == 0)
            {
                long arrivalNs;
                bool has = stream.Faces.Show(null, Clock.NowNs, 0, frame, out arrivalNs);
                if (has && frame.Seq != last)
                {
                    last = frame.Seq;
                    Console.WriteLine("shown\t" + last);
                }
                Thread.Sleep(10);
            }
            Console.WriteLine("problem\t" + stream.Problem);
            return 1;
        }
    }

    /// <summary>Print the time to read one datagram, and what reading allocates.
    /// </summary>
    internal static void Parse(string path, int rounds)
    {
        byte[] data = File.ReadAllBytes(path);
        var reader = new NativeReader();
        var frame = new FaceFrame();
        var store = new FaceStore { Playback = Playback.Buffered };
        long arrivalNs;
        for (int i = 0; i < 20000; i++)
        {
            reader.Read(data, data.Length, frame);
            store.Take(frame, i + 1);
            store.Show(null, i, 0, frame, out arrivalNs);
        }
        long before = Settled();
        int collections = GC.CollectionCount(0);
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < rounds; i++)
        {
            reader.Read(data, data.Length, frame);
        }
        double readUs = watch.Elapsed.TotalMilliseconds * 1e3 / rounds;
        watch.Restart();
        for (int i = 0; i < rounds; i++)
        {
            frame.Seq++;
            frame.DisplayNs += 16666667;
            store.Take(frame, frame.DisplayNs);
            store.Show(null, frame.DisplayNs, 20000000, frame, out arrivalNs);
        }
        double storeUs = watch.Elapsed.TotalMilliseconds * 1e3 / rounds;
        int collected = GC.CollectionCount(0) - collections;
        Console.WriteLine(string.Join("\t", new[]
        {
            "parse", Two(readUs), Two(storeUs), collected.ToString(),
            (Settled() - before).ToString(),
        }));
    }

    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(true);
    }

    private static string Two(double value)
    {
        return value.ToString("0.00", CultureInfo.InvariantCulture);
    }

    private static void Print(FaceStream stream)
    {
        Statistics all = stream.Statistics;
        Console.WriteLine(string.Join("\t", new object[]
        {
            "total", all.Messages, all.Frames, all.Refused, all.Lost, all.Late,
            all.Connections,
        }));
        string name;
        double rateHz;
        for (int at = 0; stream.Faces.Subject(at, out name, out rateHz); at++)
        {
            Console.WriteLine("subject\t" + name + "\t" + Two(rateHz));
        }
    }
}
