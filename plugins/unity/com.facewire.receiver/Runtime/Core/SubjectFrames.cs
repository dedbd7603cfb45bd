using System;
using System.Text;

namespace Facewire
{
    /// <summary>The newest frames of one actor. Not thread-safe.</summary>
    internal sealed class SubjectFrames
    {
        /// <summary>Frames that are kept: half a second at 120 Hz.</summary>
        internal const int Kept = 64;

        /// <summary>A sender that was silent for so long may count from anywhere.
        /// </summary>
        private const long SilenceNs = 500000000L;

        private const double RateShare = 0.05;

        /// <summary>The actor's name.</summary>
        internal readonly string Name;

        private readonly byte[] bytes;
        private readonly FaceFrame[] frames = new FaceFrame[Kept];
        private readonly long[] media = new long[Kept];
        private readonly FaceFrame newest = new FaceFrame();
        private PlaybackClock clock;
        private int count;
        private double gapNs;

        /// <summary>When the newest frame arrived.</summary>
        internal long ArrivalNs;

        /// <summary>Frames that did not arrive.</summary>
        internal long Lost;

        internal SubjectFrames(FaceFrame first)
        {
            bytes = new byte[first.SubjectLength];
            Array.Copy(first.SubjectBytes, bytes, bytes.Length);
            Name = Encoding.UTF8.GetString(bytes);
            for (int i = 0; i < Kept; i++)
            {
                frames[i] = new FaceFrame();
            }
        }

        /// <summary>Frames a second, 0 before the third.</summary>
        internal double RateHz
        {
            get { return gapNs > 0.0 ? 1e9 / gapNs : 0.0; }
        }

        internal bool Is(FaceFrame frame)
        {
            if (frame.SubjectLength != bytes.Length)
            {
                return false;
            }
            for (int i = 0; i < bytes.Length; i++)
            {
                if (bytes[i] != frame.SubjectBytes[i])
                {
                    return false;
                }
            }
            return true;
        }

        /// <summary>Take a frame; return false if it is late or arrived before.</summary>
        internal bool Take(FaceFrame frame, Playback by, long nowNs)
        {
            bool first = ArrivalNs == 0;
            bool newer = first || frame.Seq > newest.Seq;
            // A sender that started again counts from 0, but its clock goes on.
            bool again = !newer
                && (frame.SentNs > newest.SentNs || nowNs - ArrivalNs > SilenceNs);
            if (!newer && !again)
            {
                return false;
            }
            if (!first && newer)
            {
                ulong missing = frame.Seq - newest.Seq - 1;
                Lost += (long)Math.Min(missing, 1000000UL);
                double gap = nowNs - ArrivalNs;
                gapNs = gapNs > 0.0 ? gapNs + (gap - gapNs) * RateShare : gap;
            }
            newest.CopyFrom(frame);
            ArrivalNs = nowNs;
            long mediaNs = MediaNs(frame, by);
            if (!clock.Follow(mediaNs, nowNs) || again)
            {
                count = 0;
            }
            Keep(frame, mediaNs);
            return true;
        }

        /// <summary>Give the newest frame.</summary>
        internal void Newest(FaceFrame into)
        {
            into.CopyFrom(newest);
        }

        /// <summary>Give the face that is due at an instant of this machine's clock.
        /// </summary>
        internal void Due(long nowNs, long delayNs, FaceFrame into)
        {
            At(nowNs - delayNs - clock.OffsetNs, into);
        }

        /// <summary>Give the face of an instant of the sender's time.</summary>
        internal void At(long mediaNs, FaceFrame into)
        {
            int after = count;
            while (after > 0 && media[after - 1] > mediaNs)
            {
                after--;
            }
            if (after == count)
            {
                into.CopyFrom(newest);
            }
            else if (after == 0)
            {
                into.CopyFrom(frames[0]);
            }
            else
            {
                double whole = media[after] - media[after - 1];
                double part = mediaNs - media[after - 1];
                into.Between(frames[after - 1], frames[after], (float)(part / whole));
            }
        }

        /// <summary>Forget all frames but the newest one.</summary>
        internal void Forget()
        {
            count = 0;
            clock = new PlaybackClock();
        }

        /// <summary>The time by which a frame is played.</summary>
        private static long MediaNs(FaceFrame frame, Playback by)
        {
            return by == Playback.Timecode
                ? (long)(frame.TimecodeSeconds * 1e9)
                : frame.DisplayNs;
        }

        private void Keep(FaceFrame frame, long mediaNs)
        {
            if (count > 0 && mediaNs <= media[count - 1])
            {
                // Time goes back a little, as at midnight: begin again.
                count = 0;
            }
            if (count == Kept)
            {
                FaceFrame oldest = frames[0];
                Array.Copy(frames, 1, frames, 0, Kept - 1);
                Array.Copy(media, 1, media, 0, Kept - 1);
                frames[Kept - 1] = oldest;
                count--;
            }
            frames[count].CopyFrom(frame);
            media[count] = mediaNs;
            count++;
        }
    }
}
