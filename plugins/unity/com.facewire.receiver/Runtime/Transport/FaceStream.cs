using System;
using System.Threading;

namespace Facewire
{
    /// <summary>How a stream is.</summary>
    public enum StreamState
    {
        /// <summary>It has not been started, or was stopped.</summary>
        Stopped,

        /// <summary>Its port cannot be opened, or nobody answers; it tries again.
        /// </summary>
        Failed,

        /// <summary>It is open, and no face has arrived.</summary>
        Waiting,

        /// <summary>Faces have arrived.</summary>
        Receiving,
    }

    /// <summary>
    /// One source of faces, received on a thread of its own. It knows nothing of Unity,
    /// so it serves tools and servers too.
    /// </summary>
    public sealed class FaceStream : IDisposable
    {
        private const int JoinMs = 1500;

        private readonly SourceAddress address;
        private readonly Inbox inbox;
        private Thread thread;

        /// <summary>Prepare; <see cref="Start"/> opens the source.</summary>
        public FaceStream(SourceAddress source)
        {
            address = source;
            Faces = new FaceStore();
            inbox = new Inbox(Faces);
        }

        /// <summary>The faces that arrived.</summary>
        public FaceStore Faces { get; }

        /// <summary>How the stream is.</summary>
        public StreamState State
        {
            get
            {
                if (thread == null)
                {
                    return StreamState.Stopped;
                }
                if (!inbox.Open)
                {
                    return inbox.Problem == null ? StreamState.Waiting : StreamState.Failed;
                }
                return Statistics.Frames > 0 ? StreamState.Receiving : StreamState.Waiting;
            }
        }

        /// <summary>What is wrong and what to do; null if nothing is.</summary>
        public string Problem
        {
            get { return inbox.Problem ?? inbox.Refusal; }
        }

        /// <summary>What has arrived so far.</summary>
        public Statistics Statistics
        {
            get { return inbox.Statistics; }
        }

        /// <summary>Open the source; it opens itself again where it breaks.</summary>
        public void Start()
        {
            if (thread == null)
            {
                thread = new Thread(Run) { IsBackground = true, Name = "facewire" };
                thread.Start();
            }
        }

        /// <summary>Close the source and wait until its thread has ended, a second
        /// and a half at most. A stream that was stopped stays stopped.</summary>
        public void Dispose()
        {
            inbox.Stop();
            thread?.Join(JoinMs);
            thread = null;
        }

        private void Run()
        {
            try
            {
                if (address.Kind == SourceKind.ZeroMq)
                {
                    ZmqConnection.Run(address, inbox);
                }
                else
                {
                    UdpListener.Run(address, inbox);
                }
            }
            catch (Exception error)
            {
                // An exception that leaves a thread would end the whole program.
                inbox.Failed(address + ": stopped by an error (" + error.Message + ")");
            }
        }
    }
}
