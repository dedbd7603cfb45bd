using System.Threading;

namespace Facewire
{
    /// <summary>What a transport's thread tells the stream, and asks of it.</summary>
    internal sealed class Inbox : IMessages
    {
        private readonly NativeReader native = new NativeReader();
        private readonly OscReader osc = new OscReader();
        private readonly FaceFrame arrived = new FaceFrame();
        private readonly ManualResetEvent stop = new ManualResetEvent(false);
        private readonly object gate = new object();
        private readonly FaceStore store;
        private Statistics statistics;
        private volatile string problem;
        private volatile string refusal;
        private volatile bool open;
        private volatile bool stopping;

        internal Inbox(FaceStore faces)
        {
            store = faces;
        }

        /// <summary>True once the thread has to end.</summary>
        internal bool Stopping
        {
            get { return stopping; }
        }

        /// <summary>True while a port is open or a connection is made.</summary>
        internal bool Open
        {
            get { return open; }
        }

        /// <summary>Why there is no port or connection; null while there is one.</summary>
        internal string Problem
        {
            get { return problem; }
        }

        /// <summary>Why the last message was refused; null before the first.</summary>
        internal string Refusal
        {
            get { return refusal; }
        }

        internal Statistics Statistics
        {
            get
            {
                Statistics copy;
                lock (gate)
                {
                    copy = statistics;
                }
                store.Count(ref copy);
                return copy;
            }
        }

        internal void Stop()
        {
            stopping = true;
            stop.Set();
        }

        /// <summary>Wait, but not longer than until the stream is stopped.</summary>
        internal void Wait(int milliseconds)
        {
            stop.WaitOne(milliseconds);
        }

        internal void Opened()
        {
            lock (gate)
            {
                statistics.Connections++;
            }
            problem = null;
            open = true;
        }

        internal void Failed(string why)
        {
            open = false;
            problem = why;
        }

        internal void TakeNative(byte[] data, int count)
        {
            Take(native.Read(data, count, arrived), native.Problem);
        }

        internal void TakeOsc(byte[] data, int count)
        {
            Take(osc.Read(data, count, arrived), osc.Problem);
        }

        /// <summary>Count a datagram that could not be received whole.</summary>
        internal void Refuse(string why)
        {
            Take(Message.Refused, why);
        }

        void IMessages.Take(byte[] data, int topic, int topicCount, int start, int count)
        {
            Take(native.Read(data, topic, topicCount, start, count, arrived), native.Problem);
        }

        private void Take(Message message, string why)
        {
            bool taken = message == Message.Frame && store.Take(arrived, Clock.NowNs);
            if (message == Message.Frame && !taken)
            {
                message = Message.Refused;
                why = "too many actors: expected at most 16 on one stream";
            }
            if (message == Message.Refused)
            {
                refusal = why;
            }
            lock (gate)
            {
                statistics.Messages++;
                statistics.Frames += taken ? 1 : 0;
                statistics.Refused += message == Message.Refused ? 1 : 0;
            }
        }
    }
}
