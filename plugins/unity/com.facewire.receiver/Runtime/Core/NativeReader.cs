using System;

namespace Facewire
{
    /// <summary>What a message turned out to be.</summary>
    public enum Message
    {
        /// <summary>Nothing that may be used; the reader says why.</summary>
        Refused,

        /// <summary>A face.</summary>
        Frame,

        /// <summary>The description of the stream, which this reader does not need.
        /// </summary>
        Schema,
    }

    /// <summary>
    /// Reads facewire's native stream, version 1: a topic, a zero byte and one
    /// MessagePack map, in a datagram; or topic and map apart, over ZeroMQ.
    /// </summary>
    /// <remarks>
    /// The layout is described in facewire's protocols/native.py. Bytes come from
    /// strangers: every length is checked before it is used, and a frame is whole or
    /// refused. Unknown keys are left out, so later versions can be read. Not
    /// thread-safe. Nothing is allocated.
    /// </remarks>
    public sealed class NativeReader
    {
        /// <summary>The largest map in bytes.</summary>
        public const int MaxBytes = 65536;

        private const int Version = 1;

        private static readonly byte[] FaceTopic = NativeFields.Ascii("face.");
        private static readonly byte[] SchemaTopic = NativeFields.Ascii("schema");

        private readonly MsgPackReader pack = new MsgPackReader();

        /// <summary>Why the last message was refused; a constant text.</summary>
        public string Problem { get; private set; }

        /// <summary>Read one datagram.</summary>
        /// <param name="data">Bytes; only <paramref name="count"/> of them are read.
        /// </param>
        /// <param name="count">From 0.</param>
        /// <param name="into">Becomes the frame. It is half filled if the message is
        /// refused, so it must not be the frame that is shown.</param>
        public Message Read(byte[] data, int count, FaceFrame into)
        {
            int zero = Array.IndexOf(data, (byte)0, 0, count);
            if (zero < 0)
            {
                return Refuse("no topic: expected face.<subject>, a zero byte and a map");
            }
            return Read(data, 0, zero, zero + 1, count - zero - 1, into);
        }

        /// <summary>Read a message whose topic and map are apart.</summary>
        public Message Read(
            byte[] data, int topic, int topicCount, int start, int count, FaceFrame into)
        {
            bool schema = topicCount == SchemaTopic.Length
                && NativeFields.Begins(data, topic, topicCount, SchemaTopic);
            if (!schema && !NativeFields.Begins(data, topic, topicCount, FaceTopic))
            {
                return Refuse("not facewire: expected the topic face.<subject> or schema");
            }
            if (count > MaxBytes)
            {
                return Refuse("too large: expected at most 65536 bytes");
            }
            pack.Start(data, start, count);
            int seen;
            int wrong = Fields(data, into, schema, out seen);
            if (wrong >= 0)
            {
                return Refuse(wrong < NoMap ? NativeFields.Wrong[wrong] : Whole);
            }
            if ((seen & 1) == 0)
            {
                return Refuse(NativeFields.Wrong[0]);
            }
            if (schema)
            {
                return Message.Schema;
            }
            for (int i = 1; i < NativeFields.Required; i++)
            {
                if ((seen & 1 << i) == 0)
                {
                    return Refuse(NativeFields.Wrong[i]);
                }
            }
            into.HasDoubt = (seen & 1 << NativeFields.Doubt) != 0;
            if ((seen & 1 << NativeFields.Mood) == 0)
            {
                into.Mood = FaceFrame.NoMood;
            }
            if ((seen & 1 << NativeFields.Display) == 0)
            {
                into.DisplayNs = into.CapturedNs;
            }
            return Message.Frame;
        }

        private const string Whole = "no MessagePack map: expected one, whole";

        /// <summary>The number that stands for the map itself.</summary>
        private const int NoMap = 64;

        /// <summary>Read the map; return the number of the field that is wrong, or -1.
        /// </summary>
        private int Fields(byte[] data, FaceFrame into, bool schema, out int seen)
        {
            seen = 0;
            int pairs;
            if (!pack.Map(out pairs))
            {
                return NoMap;
            }
            for (int pair = 0; pair < pairs; pair++)
            {
                int start;
                int count;
                bool text;
                if (!pack.Key(out start, out count, out text))
                {
                    return NoMap;
                }
                int key = text ? NativeFields.Place(data, start, count) : -1;
                if (key < 0 || schema && key > 0)
                {
                    if (!pack.Skip())
                    {
                        return NoMap;
                    }
                    continue;
                }
                if (!Field(key, data, into))
                {
                    return key;
                }
                seen |= 1 << key;
            }
            return pack.Done ? -1 : NoMap;
        }

        private bool Field(int key, byte[] data, FaceFrame into)
        {
            switch (key)
            {
                case 0:
                    ulong version;
                    return pack.Unsigned(out version) && version == Version;
                case 1:
                    return pack.Unsigned(out into.Seq);
                case 2:
                    return pack.Unsigned(out into.Index);
                case 3:
                    return pack.Signed(out into.CapturedNs);
                case 4:
                    return pack.Signed(out into.SentNs);
                case 5:
                    return Subject(data, into);
                case 6:
                    return pack.Flag(out into.Tracked);
                case 7:
                    return pack.Real(out into.Confidence)
                        && into.Confidence >= 0.0 && into.Confidence <= 1.0;
                case 8:
                    return Floats(data, into.Vector);
                case 9:
                    return Floats(data, into.Expression);
                case 10:
                    return Timecode(into);
                case 11:
                    return Doubt(data, into.Doubt);
                case 12:
                    return pack.Signed(out into.DisplayNs);
                default:
                    return Mood(data, into);
            }
        }

        private bool Subject(byte[] data, FaceFrame into)
        {
            int start;
            int count;
            if (!Words(data, out start, out count)
                || Array.IndexOf(data, (byte)0, start, count) >= 0)
            {
                return false;
            }
            Buffer.BlockCopy(data, start, into.SubjectBytes, 0, count);
            into.SubjectLength = count;
            return true;
        }

        private bool Mood(byte[] data, FaceFrame into)
        {
            int start;
            int count;
            bool sound = Words(data, out start, out count);
            into.Mood = sound ? NativeFields.Held(data, start, count) : FaceFrame.NoMood;
            return sound;
        }

        /// <summary>Find a text of 1 to 256 characters.</summary>
        private bool Words(byte[] data, out int start, out int count)
        {
            return pack.Text(out start, out count) && count > 0
                && count <= 4 * FaceFrame.MaxSubject
                && Utf8.Length(data, start, count) <= FaceFrame.MaxSubject;
        }

        private bool Floats(byte[] data, float[] into)
        {
            int start;
            int count;
            if (!pack.Bytes(out start, out count) || count != 4 * into.Length)
            {
                return false;
            }
            // Every machine that Unity runs on is little-endian, as the stream is.
            Buffer.BlockCopy(data, start, into, 0, count);
            float sum = 0f;
            for (int i = 0; i < into.Length; i++)
            {
                sum += into[i] * 0f;
            }
            // Anything but a finite number times 0 is no number.
            return sum == 0f;
        }

        private bool Doubt(byte[] data, float[] into)
        {
            int start;
            int count;
            return pack.Bytes(out start, out count) && count == 2 * into.Length
                && HalfFloats.Shares(data, start, into);
        }

        private bool Timecode(FaceFrame into)
        {
            int items;
            long frame;
            double fraction;
            long rate;
            long divisor;
            if (!pack.List(out items) || items != 4 || !pack.Signed(out frame)
                || !pack.Real(out fraction) || !pack.Signed(out rate)
                || !pack.Signed(out divisor))
            {
                return false;
            }
            const long Limit = 1L << 31;
            if (frame < 0 || frame >= Limit || rate <= 0 || rate >= Limit
                || divisor <= 0 || divisor >= Limit
                || !(fraction >= 0.0 && fraction < 1.0) || 86400 * rate / divisor >= Limit)
            {
                return false;
            }
            into.TimecodeFrame = (int)frame;
            into.TimecodeSubframe = fraction;
            into.RateNumerator = (int)rate;
            into.RateDenominator = (int)divisor;
            return true;
        }

        private Message Refuse(string problem)
        {
            Problem = problem;
            return Message.Refused;
        }
    }
}
