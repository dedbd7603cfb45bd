using System;
using System.Net;
using System.Net.Sockets;

namespace Facewire
{
    /// <summary>Subscribes to a ZeroMQ stream until the stream is stopped; connects
    /// again where the connection breaks.</summary>
    internal static class ZmqConnection
    {
        private const int LookUs = 100000;
        private const int ConnectMs = 1000;

        /// <summary>A peer that does not finish its greeting is left after so long.
        /// </summary>
        private const long HandshakeNs = 5000000000L;

        /// <summary>Before its first face facewire sends nothing. After so long a silence
        /// it is asked whether it is there.</summary>
        private const long AskNs = 2000000000L;

        /// <summary>After so long a silence, though it was asked, the other machine is
        /// gone and nobody closed the connection.</summary>
        private const long SilenceNs = 10000000000L;

        private const int FirstRetryMs = 100;
        private const int LastRetryMs = 2000;

        internal static void Run(SourceAddress at, Inbox inbox)
        {
            var subscriber = new ZmtpSubscriber();
            var data = new byte[ZmtpSubscriber.MaxChunk];
            int retryMs = FirstRetryMs;
            while (!inbox.Stopping)
            {
                using (Socket socket = Connected(at, inbox))
                {
                    if (socket != null)
                    {
                        Receive(socket, at, subscriber, data, inbox);
                    }
                }
                bool worked = subscriber.Subscribed && subscriber.Problem == null;
                retryMs = worked ? FirstRetryMs : Math.Min(retryMs * 2, LastRetryMs);
                subscriber.Start();
                inbox.Wait(retryMs);
            }
        }

        private static void Receive(
            Socket socket, SourceAddress at, ZmtpSubscriber subscriber, byte[] data,
            Inbox inbox)
        {
            subscriber.Start();
            long heardNs = Clock.NowNs;
            long startNs = heardNs;
            bool told = false;
            bool asked = false;
            while (!inbox.Stopping)
            {
                if (!Sent(socket, subscriber))
                {
                    inbox.Failed(at + ": the connection broke; connecting again");
                    return;
                }
                if (subscriber.Subscribed && !told)
                {
                    told = true;
                    inbox.Opened();
                }
                if (!socket.Poll(LookUs, SelectMode.SelectRead))
                {
                    if (!told && Clock.NowNs - startNs > HandshakeNs)
                    {
                        inbox.Failed(at + ": no answer within 5 s; expected facewire's "
                            + "sink zmq at this address");
                        return;
                    }
                    if (Clock.NowNs - heardNs > SilenceNs)
                    {
                        inbox.Failed(at + ": silent for 10 s; connecting again");
                        return;
                    }
                    if (!asked && Clock.NowNs - heardNs > AskNs)
                    {
                        asked = true;
                        subscriber.Ask();
                    }
                    continue;
                }
                heardNs = Clock.NowNs;
                asked = false;
                SocketError error;
                int count = socket.Receive(
                    data, 0, data.Length, SocketFlags.None, out error);
                if (error != SocketError.Success || count == 0)
                {
                    inbox.Failed(at + ": the connection was closed; connecting again");
                    return;
                }
                if (!subscriber.Receive(data, count, inbox))
                {
                    inbox.Failed(at + ": " + subscriber.Problem);
                    return;
                }
            }
        }

        /// <summary>Send what the subscriber has to say.</summary>
        private static bool Sent(Socket socket, ZmtpSubscriber subscriber)
        {
            int sent = 0;
            while (sent < subscriber.OutputCount)
            {
                SocketError error;
                sent += socket.Send(
                    subscriber.Output, sent, subscriber.OutputCount - sent,
                    SocketFlags.None, out error);
                if (error != SocketError.Success)
                {
                    return false;
                }
            }
            subscriber.OutputCount = 0;
            return true;
        }

        private static Socket Connected(SourceAddress at, Inbox inbox)
        {
            Socket socket = null;
            try
            {
                IPAddress address = Addresses.Of(at.Host);
                if (address == null)
                {
                    inbox.Failed(at + ": no such host; check the spelling or give its "
                        + "address");
                    return null;
                }
                socket = new Socket(
                    address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.NoDelay = true;
                // A peer that never reads must not stop this thread for ever.
                socket.SendTimeout = ConnectMs;
                IAsyncResult waiting = socket.BeginConnect(address, at.Port, null, null);
                if (waiting.AsyncWaitHandle.WaitOne(ConnectMs))
                {
                    socket.EndConnect(waiting);
                    return socket;
                }
            }
            catch (SocketException)
            {
                // Told below, as the lack of an answer is.
            }
            socket?.Close();
            inbox.Failed(at + ": nobody answers; is facewire running, with --sink zmq?");
            return null;
        }
    }
}
