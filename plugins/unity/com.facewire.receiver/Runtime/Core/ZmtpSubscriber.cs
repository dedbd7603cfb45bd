using System;

namespace Facewire
{
    /// <summary>Takes the messages of a ZeroMQ stream.</summary>
    public interface IMessages
    {
        /// <summary>Take a message of two parts, topic and body; the bytes are valid
        /// until this returns.</summary>
        void Take(byte[] data, int topic, int topicCount, int start, int count);
    }

    /// <summary>
    /// The subscriber's end of one ZMTP 3.0 connection: bytes in, messages and bytes
    /// out. It has no socket and no clock.
    /// </summary>
    /// <remarks>
    /// https://rfc.zeromq.org/spec/23: a greeting of 64 bytes, a READY command, then
    /// messages. It speaks the mechanism NULL only, and subscribes to faces and the
    /// schema. libzmq closes the connection of a peer that sends its READY or its
    /// subscriptions before the other end's turn, so each is sent as an answer. After
    /// a refusal the connection must be closed.
    /// </remarks>
    public sealed class ZmtpSubscriber
    {
        /// <summary>Bytes of the largest message, both parts together.</summary>
        public const int MaxMessage = 65536;

        /// <summary>Bytes that <see cref="Receive"/> takes at most.</summary>
        public const int MaxChunk = 16384;

        private const int MaxHead = 9;
        private const int Greeting = 64;

        /// <summary>Bytes of our greeting that are sent first: signature and version.
        /// libzmq closes a connection as soon as it knows that the mechanisms differ,
        /// and only a peer that has not named its own yet learns why.</summary>
        private const int Early = 12;

        private static readonly byte[] Hello = ZmtpBytes.Greeting();
        private static readonly byte[] Ready = ZmtpBytes.Ready();
        private static readonly byte[] Subscriptions = ZmtpBytes.Subscriptions();
        private static readonly byte[] Ping = ZmtpBytes.Ping();

        private readonly byte[] held = new byte[MaxMessage + 4 * MaxHead + MaxChunk];
        private readonly byte[] output = new byte[512];
        private int count;
        private bool greeted;

        /// <summary>Bytes to send; only <see cref="OutputCount"/> of them.</summary>
        public byte[] Output
        {
            get { return output; }
        }

        /// <summary>The number of bytes to send. Set it to 0 after sending.</summary>
        public int OutputCount { get; set; }

        /// <summary>True once the other end may send messages.</summary>
        public bool Subscribed { get; private set; }

        /// <summary>Why the connection must be closed; a constant text, or null.
        /// </summary>
        public string Problem { get; private set; }

        /// <summary>Begin a new connection; the start of our greeting is in the output.
        /// </summary>
        public void Start()
        {
            count = 0;
            greeted = false;
            Subscribed = false;
            Problem = null;
            OutputCount = 0;
            Say(Hello, 0, Early);
        }

        /// <summary>Take bytes that arrived.</summary>
        /// <param name="data">Bytes.</param>
        /// <param name="size">How many of them, at most <see cref="MaxChunk"/>.</param>
        /// <param name="messages">Gets every message that is whole.</param>
        /// <returns>False if the connection must be closed.</returns>
        public bool Receive(byte[] data, int size, IMessages messages)
        {
            if (Problem != null)
            {
                return false;
            }
            Buffer.BlockCopy(data, 0, held, count, size);
            count += size;
            int at = 0;
            int step;
            do
            {
                step = greeted ? Next(at, messages) : Greet();
                at += step;
            }
            while (step > 0);
            if (Problem == null)
            {
                count -= at;
                Buffer.BlockCopy(held, at, held, 0, count);
            }
            return Problem == null;
        }

        /// <summary>Ask the publisher whether it is there: libzmq answers. Once it is
        /// subscribed to; a question that does not fit is left out.</summary>
        public void Ask()
        {
            if (Subscribed && OutputCount + Ping.Length <= output.Length)
            {
                Say(Ping, 0, Ping.Length);
            }
        }

        private int Greet()
        {
            if (Problem == null)
            {
                Problem = ZmtpBytes.WrongGreeting(held, count);
            }
            if (Problem != null || count < Greeting)
            {
                return 0;
            }
            greeted = true;
            Say(Hello, Early, Hello.Length - Early);
            Say(Ready, 0, Ready.Length);
            return Greeting;
        }

        /// <summary>Read a command or a whole message; return its bytes, 0 to wait.
        /// </summary>
        private int Next(int from, IMessages messages)
        {
            int at = from;
            int first = 0;
            int firstCount = -1;
            while (Problem == null)
            {
                int flags;
                int start;
                int size;
                if (!Frame(from, at, out flags, out start, out size))
                {
                    return 0;
                }
                at = start + size;
                if ((flags & ZmtpBytes.Command) != 0)
                {
                    return Command(start, size) ? at - from : 0;
                }
                if (!Subscribed)
                {
                    Problem = "a message before READY: this is no ZeroMQ publisher";
                }
                else if ((flags & ZmtpBytes.More) == 0)
                {
                    if (firstCount >= 0)
                    {
                        messages.Take(held, first, firstCount, start, size);
                    }
                    else
                    {
                        messages.Take(held, start, size, at, 0);
                    }
                    return at - from;
                }
                else if (firstCount >= 0)
                {
                    Problem = "a message of more than two parts: this is not facewire";
                }
                first = start;
                firstCount = size;
            }
            return 0;
        }

        /// <summary>Find one frame; false while it is not whole.</summary>
        /// <remarks>A message, its parts before this one included, must fit.</remarks>
        private bool Frame(
            int from, int at, out int flags, out int start, out int size)
        {
            flags = at < count ? held[at] : 0;
            bool wide = (flags & ZmtpBytes.Long) != 0;
            start = at + (wide ? MaxHead : 2);
            size = 0;
            if (flags > 7 || (flags & 5) == 5)
            {
                Problem = "a frame with unknown flags: this is no ZeroMQ publisher";
                return false;
            }
            if (start > count)
            {
                return false;
            }
            ulong length = 0;
            for (int i = at + 1; i < start; i++)
            {
                length = length << 8 | held[i];
            }
            if (length > MaxMessage || (int)length > MaxMessage - (at - from))
            {
                Problem = "a message of more than 65536 bytes: this is not facewire";
                return false;
            }
            size = (int)length;
            return size <= count - start;
        }

        private bool Command(int start, int size)
        {
            if (ZmtpBytes.IsCommand(held, start, size, "READY"))
            {
                if (!Subscribed && !ZmtpBytes.IsPublisher(held, start, size))
                {
                    Problem = "no publisher: expected a PUB or XPUB socket; is this the "
                        + "port of facewire's sink zmq?";
                    return false;
                }
                if (!Subscribed)
                {
                    Subscribed = true;
                    Say(Subscriptions, 0, Subscriptions.Length);
                }
                return true;
            }
            if (ZmtpBytes.IsCommand(held, start, size, "ERROR"))
            {
                Problem = "refused: the publisher answered with an error";
                return false;
            }
            if (ZmtpBytes.IsCommand(held, start, size, "PING"))
            {
                return Pong(start, size);
            }
            return true;
        }

        /// <summary>Answer a heartbeat with its context, at most 16 bytes.</summary>
        private bool Pong(int start, int size)
        {
            // Length and name, and two bytes of time to live.
            const int Before = 7;
            int context = size - Before;
            if (context < 0 || context > 16)
            {
                Problem = "a PING of a wrong length: this is no ZeroMQ publisher";
                return false;
            }
            if (OutputCount + 7 + context <= output.Length)
            {
                int at = OutputCount;
                output[at] = ZmtpBytes.Command;
                output[at + 1] = (byte)(5 + context);
                output[at + 2] = 4;
                output[at + 3] = (byte)'P';
                output[at + 4] = (byte)'O';
                output[at + 5] = (byte)'N';
                output[at + 6] = (byte)'G';
                Buffer.BlockCopy(held, start + Before, output, at + 7, context);
                OutputCount = at + 7 + context;
            }
            return true;
        }

        private void Say(byte[] bytes, int from, int size)
        {
            Buffer.BlockCopy(bytes, from, output, OutputCount, size);
            OutputCount += size;
        }
    }
}
