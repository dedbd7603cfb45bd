using System;
using System.Globalization;
using System.Text;
using Facewire;

/// <summary>Which face is shown when, with frames of a known time.</summary>
internal static class Played
{
    private const long Second = 1000000000L;
    private const long Frame = Second / 60;

    /// <summary>Print a line for each case: what was shown.</summary>
    internal static void Print()
    {
        Console.WriteLine("even\t" + Even());
        Console.WriteLine("reordered\t" + Reordered());
        Console.WriteLine("restarted\t" + Restarted());
        Console.WriteLine("midnight\t" + Midnight());
        Console.WriteLine("crowded\t" + Crowded());
        Console.WriteLine("moods\t" + Moods());
    }

    /// <summary>Frames that rise by 1 and jitter by 10 ms, played 30 ms late: the steps
    /// that are shown every 4 ms must be even.</summary>
    private static string Even()
    {
        var store = new FaceStore { Playback = Playback.Buffered };
        var shown = new FaceFrame();
        var random = new Random(3);
        double worst = 0.0;
        double before = 0.0;
        long nowNs = Second;
        ulong seq = 0;
        for (long sentNs = 0; sentNs < 5 * Second; sentNs += Frame)
        {
            long arrivesNs = Second + sentNs + random.Next(10000000);
            for (; nowNs < arrivesNs; nowNs += 4000000)
            {
                long arrivalNs;
                bool has = store.Show("", nowNs, 30000000, shown, out arrivalNs);
                double step = shown.Vector[0] - before;
                if (has && nowNs > 2 * Second)
                {
                    worst = Math.Max(worst, Math.Abs(step - 4e6 / Frame));
                }
                before = shown.Vector[0];
            }
            store.Take(Made("face", seq, sentNs, seq), arrivesNs);
            seq++;
        }
        return worst < 0.05 ? "even" : worst.ToString(CultureInfo.InvariantCulture);
    }

    private static string Reordered()
    {
        var store = new FaceStore();
        var told = new StringBuilder();
        foreach (ulong seq in new ulong[] { 0, 2, 1, 2, 3, 3, 7, 5 })
        {
            store.Take(Made("face", seq, (long)seq * Frame, seq), Second + (long)seq * Frame);
            told.Append(Newest(store)).Append(' ');
        }
        return told + Counts(store);
    }

    private static string Restarted()
    {
        var store = new FaceStore();
        store.Take(Made("face", 500, 9 * Second, 1), Second);
        // A sender that starts again counts from 0, and its clock goes on.
        store.Take(Made("face", 0, 10 * Second, 2), Second + Frame);
        string first = Newest(store);
        // Another machine's clock is behind: it is heard after half a second of silence.
        store.Take(Made("face", 0, 1, 3), Second + 2 * Frame);
        string second = Newest(store);
        store.Take(Made("face", 0, 1, 4), 2 * Second);
        return first + " " + second + " " + Newest(store) + " " + Counts(store);
    }

    private static string Midnight()
    {
        var store = new FaceStore { Playback = Playback.Timecode };
        var shown = new FaceFrame();
        var told = new StringBuilder();
        int[] counts = { 5183998, 5183999, 0, 1 };
        for (int i = 0; i < counts.Length; i++)
        {
            FaceFrame frame = Made("face", (ulong)i, i * Frame, i);
            frame.TimecodeFrame = counts[i];
            store.Take(frame, Second + i * Frame);
            long arrivalNs;
            store.Show("", Second + i * Frame, 0, shown, out arrivalNs);
            told.Append(shown.Vector[0]).Append(' ');
        }
        long unused;
        store.ShowTimecode("", 0.5 / 60, shown, out unused);
        return told.Append(shown.Vector[0].ToString("0.00", CultureInfo.InvariantCulture))
            .ToString();
    }

    private static string Crowded()
    {
        var store = new FaceStore();
        int taken = 0;
        for (int i = 0; i < 20; i++)
        {
            taken += store.Take(Made("actor" + i, 0, 0, i), Second) ? 1 : 0;
        }
        long arrivalNs;
        var shown = new FaceFrame();
        bool known = store.Show("actor3", Second, 0, shown, out arrivalNs);
        bool unknown = store.Show("actor99", Second, 0, shown, out arrivalNs);
        return taken + " " + known + " " + shown.Vector[0] + " " + unknown;
    }

    /// <summary>The mood of each instant: before the first face, at faces, between two,
    /// after the last; a face that comes late changes none.</summary>
    private static string Moods()
    {
        var store = new FaceStore { Playback = Playback.Buffered };
        int[] moods = { 0, 1, -1, 4 };
        for (int i = 0; i < moods.Length; i++)
        {
            FaceFrame frame = Made("face", (ulong)i, i * Frame, i);
            frame.Mood = moods[i];
            store.Take(frame, Second + i * Frame);
        }
        FaceFrame late = Made("face", 2, 2 * Frame, 2);
        late.Mood = 7;
        store.Take(late, Second + 4 * Frame);
        var shown = new FaceFrame();
        var told = new StringBuilder();
        for (int quarter = -1; quarter <= 13; quarter++)
        {
            long arrivalNs;
            store.Show("", Second + quarter * Frame / 4, 0, shown, out arrivalNs);
            told.Append(shown.Mood).Append(' ');
        }
        store.Playback = Playback.Newest;
        return told + "newest " + Mood(store);
    }

    private static int Mood(FaceStore store)
    {
        var shown = new FaceFrame();
        long arrivalNs;
        store.Show("", 0, 0, shown, out arrivalNs);
        return shown.Mood;
    }

    private static string Newest(FaceStore store)
    {
        var shown = new FaceFrame();
        long arrivalNs;
        store.Show("", 0, 0, shown, out arrivalNs);
        return shown.Vector[0].ToString(CultureInfo.InvariantCulture);
    }

    private static string Counts(FaceStore store)
    {
        var counts = default(Statistics);
        store.Count(ref counts);
        return "lost " + counts.Lost + " late " + counts.Late;
    }

    private static FaceFrame Made(string subject, ulong seq, long ns, double value)
    {
        var frame = new FaceFrame { Seq = seq, CapturedNs = ns, DisplayNs = ns, SentNs = ns };
        frame.Vector[0] = (float)value;
        byte[] name = Encoding.UTF8.GetBytes(subject);
        Array.Copy(name, frame.SubjectBytes, name.Length);
        frame.SubjectLength = name.Length;
        return frame;
    }
}
