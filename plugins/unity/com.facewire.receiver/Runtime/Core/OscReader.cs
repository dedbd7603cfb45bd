using System;

namespace Facewire
{
    /// <summary>Reads facewire's plain OSC: a bundle a frame, or several.</summary>
    /// <remarks>
    /// The layout is described in facewire's protocols/plain_osc.py. A frame begins with
    /// `tracked` and ends with `tongueOut`. OSC carries no sequence and no rate of its
    /// timecode: frames are counted here, and 60 frames a second are assumed. Other
    /// addresses and wrong types are left out. Not thread-safe. Nothing is allocated.
    /// </remarks>
    public sealed class OscReader
    {
        private const int MaxNested = 4;
        private const int BundleHead = 16;

        /// <summary>Stands for a number that is not whole; no value that is asked for in
        /// whole numbers has it.</summary>
        private const int NotWhole = -1;

        private static readonly byte[] Prefix = NativeFields.Ascii("/facewire/");
        private static readonly byte[] Bundle = NativeFields.Ascii("#bundle\0");

        private readonly FaceFrame open = new FaceFrame();
        private readonly float[] numbers = new float[Channels.CurveCount];
        private readonly int[] wholes = new int[4];
        private readonly byte[] turned = new byte[4];
        private readonly float[] single = new float[1];
        private bool begun;
        private bool complete;
        private ulong counted;

        /// <summary>Why the last datagram was refused; a constant text.</summary>
        public string Problem { get; private set; }

        /// <summary>Read one datagram.</summary>
        /// <param name="data">Bytes; only <paramref name="count"/> of them are read.
        /// </param>
        /// <param name="count">From 0.</param>
        /// <param name="into">Becomes the frame that the datagram completes.</param>
        /// <returns>A frame; <see cref="Message.Schema"/> for a datagram that completes
        /// none; or a refusal.</returns>
        public Message Read(byte[] data, int count, FaceFrame into)
        {
            complete = false;
            if (!Element(data, 0, count, 0))
            {
                Problem = "no OSC: expected a message or a bundle, whole";
                return Message.Refused;
            }
            if (!complete)
            {
                return Message.Schema;
            }
            into.CopyFrom(open);
            return Message.Frame;
        }

        private bool Element(byte[] data, int start, int count, int depth)
        {
            if (!NativeFields.Begins(data, start, count, Bundle))
            {
                return OneMessage(data, start, count);
            }
            if (depth == MaxNested || count < BundleHead)
            {
                return false;
            }
            int at = start + BundleHead;
            int end = start + count;
            while (at < end)
            {
                if (end - at < 4)
                {
                    return false;
                }
                int size = Int(data, at);
                at += 4;
                if (size < 0 || size > end - at || !Element(data, at, size, depth + 1))
                {
                    return false;
                }
                at += size;
            }
            return true;
        }

        private bool OneMessage(byte[] data, int start, int count)
        {
            int end = start + count;
            int tags = AfterText(data, start, end);
            int values = tags < 0 || tags >= end ? -1 : AfterText(data, tags, end);
            if (values < 0 || data[start] != '/' || data[tags] != ',')
            {
                return false;
            }
            int size = 0;
            int given = 0;
            for (int at = tags + 1; data[at] != 0; at++)
            {
                // Only i and f have a use here; both have four bytes.
                given += data[at] == 'i' || data[at] == 'f' ? 1 : 1000;
                size += 4;
            }
            if (given > numbers.Length)
            {
                return true;
            }
            if (size > end - values)
            {
                return false;
            }
            if (NativeFields.Begins(data, start, count, Prefix))
            {
                Value(data, start + Prefix.Length, tags, values, given);
            }
            return true;
        }

        private void Value(byte[] data, int subject, int tags, int values, int given)
        {
            int slash = Array.IndexOf(data, (byte)'/', subject, tags - subject);
            if (slash <= subject || slash - subject > open.SubjectBytes.Length
                || Utf8.Length(data, subject, slash - subject) < 0)
            {
                return;
            }
            int tail = slash + 1;
            int tailEnd = Array.IndexOf(data, (byte)0, tail, tags - tail);
            int place = OscAddresses.Place(data, tail, tailEnd - tail);
            if (place < 0 || given != OscAddresses.Arguments[place])
            {
                return;
            }
            for (int i = 0; i < given; i++)
            {
                int bits = Int(data, values + 4 * i);
                bool whole = data[tags + 1 + i] == 'i';
                float number = whole ? bits : Single(data, values + 4 * i);
                if (float.IsNaN(number) || float.IsInfinity(number))
                {
                    return;
                }
                numbers[i] = number;
                if (i < wholes.Length)
                {
                    wholes[i] = whole ? bits : NotWhole;
                }
            }
            if (place == OscAddresses.Tracked)
            {
                Begin(data, subject, slash - subject);
            }
            if (begun && IsOpen(data, subject, slash - subject))
            {
                Set(place);
            }
        }

        private void Begin(byte[] data, int subject, int size)
        {
            begun = true;
            Buffer.BlockCopy(data, subject, open.SubjectBytes, 0, size);
            open.SubjectLength = size;
            open.HasDoubt = false;
            open.Mood = FaceFrame.NoMood;
        }

        private bool IsOpen(byte[] data, int subject, int size)
        {
            bool same = size == open.SubjectLength;
            for (int i = 0; i < size && same; i++)
            {
                same = data[subject + i] == open.SubjectBytes[i];
            }
            return same;
        }

        private void Set(int place)
        {
            switch (place)
            {
                case OscAddresses.Tracked:
                    open.Tracked = wholes[0] == 1;
                    break;
                case OscAddresses.Frame:
                    open.Index = (ulong)Math.Max(wholes[0], 0);
                    break;
                case OscAddresses.Time:
                    open.CapturedNs = (long)(Math.Min(Math.Abs(numbers[0]), 1e9f) * 1e9);
                    open.DisplayNs = open.CapturedNs;
                    break;
                case OscAddresses.Timecode:
                    Timecode();
                    break;
                case OscAddresses.Confidence:
                    open.Confidence = Math.Min(Math.Max(numbers[0], 0f), 1f);
                    break;
                case OscAddresses.Doubt:
                    Array.Copy(numbers, open.Doubt, open.Doubt.Length);
                    open.HasDoubt = true;
                    break;
                case OscAddresses.Mood:
                    bool known = wholes[0] >= 0 && wholes[0] < Channels.ExpressionCount;
                    open.Mood = known ? wholes[0] : FaceFrame.NoMood;
                    break;
                default:
                    Numbers(place);
                    break;
            }
        }

        private void Numbers(int place)
        {
            int at = OscAddresses.Channel(place);
            if (at >= Channels.Count)
            {
                open.Expression[at - Channels.Count] = numbers[0];
                return;
            }
            Array.Copy(numbers, 0, open.Vector, at, OscAddresses.Arguments[place]);
            if (at == Channels.CurveCount - 1)
            {
                begun = false;
                complete = true;
                open.Seq = ++counted;
            }
        }

        private void Timecode()
        {
            bool sound = true;
            for (int i = 0; i < wholes.Length; i++)
            {
                sound &= wholes[i] >= 0 && wholes[i] < 1000;
            }
            if (sound)
            {
                int seconds = (wholes[0] * 60 + wholes[1]) * 60 + wholes[2];
                open.TimecodeFrame = seconds * 60 + wholes[3];
            }
        }

        /// <summary>Return a big-endian float32; every machine that Unity runs on is
        /// little-endian.</summary>
        private float Single(byte[] data, int at)
        {
            for (int i = 0; i < turned.Length; i++)
            {
                turned[i] = data[at + 3 - i];
            }
            Buffer.BlockCopy(turned, 0, single, 0, turned.Length);
            return single[0];
        }

        /// <summary>Return the place after a padded text, or -1.</summary>
        private static int AfterText(byte[] data, int start, int end)
        {
            int zero = Array.IndexOf(data, (byte)0, start, end - start);
            int after = start + ((zero - start) / 4 + 1) * 4;
            return zero < 0 || after > end ? -1 : after;
        }

        private static int Int(byte[] data, int at)
        {
            return data[at] << 24 | data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3];
        }
    }
}
