using System.Net;
using System.Net.Sockets;

namespace Facewire
{
    /// <summary>Receives datagrams until the stream is stopped.</summary>
    internal static class UdpListener
    {
        /// <summary>How long a look for a datagram lasts, so that stopping is quick.
        /// </summary>
        private const int LookUs = 100000;

        private const int RetryMs = 1000;

        /// <summary>Larger than any datagram, so that none arrives cut.</summary>
        private const int Largest = 65536;

        private const int Buffered = 1 << 18;

        internal static void Run(SourceAddress at, Inbox inbox)
        {
            var data = new byte[Largest];
            while (!inbox.Stopping)
            {
                Socket socket = Bound(at, inbox);
                if (socket == null)
                {
                    inbox.Wait(RetryMs);
                    continue;
                }
                using (socket)
                {
                    inbox.Opened();
                    Receive(socket, at.Kind == SourceKind.Osc, data, inbox);
                }
            }
        }

        private static void Receive(Socket socket, bool osc, byte[] data, Inbox inbox)
        {
            while (!inbox.Stopping)
            {
                if (!socket.Poll(LookUs, SelectMode.SelectRead))
                {
                    continue;
                }
                SocketError error;
                int count = socket.Receive(data, 0, Largest, SocketFlags.None, out error);
                if (error == SocketError.Success && osc)
                {
                    inbox.TakeOsc(data, count);
                }
                else if (error == SocketError.Success)
                {
                    inbox.TakeNative(data, count);
                }
                else if (error == SocketError.MessageSize)
                {
                    inbox.Refuse("too large: expected at most 65536 bytes");
                }
                else if (error != SocketError.ConnectionReset
                    && error != SocketError.WouldBlock)
                {
                    inbox.Failed("the port broke (" + error + "); opening it again");
                    return;
                }
            }
        }

        private static Socket Bound(SourceAddress at, Inbox inbox)
        {
            Socket socket = null;
            try
            {
                IPAddress address = Addresses.Of(at.Host);
                if (address == null)
                {
                    inbox.Failed(at + ": no such host; expected an address of this machine, "
                        + "such as 127.0.0.1 or 0.0.0.0");
                    return null;
                }
                socket = new Socket(
                    address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                // Without it another program could silently share the port.
                socket.ExclusiveAddressUse = true;
                // Frames of half a second, while Unity loads a scene; systems may give less.
                socket.ReceiveBufferSize = Buffered;
                socket.Bind(new IPEndPoint(address, at.Port));
                return socket;
            }
            catch (SocketException error)
            {
                socket?.Close();
                inbox.Failed(error.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? at + ": in use; close the other receiver or program, or choose "
                        + "another port here and in facewire"
                    : at + ": cannot listen (" + error.SocketErrorCode + "); expected an "
                        + "address of this machine, such as 127.0.0.1 or 0.0.0.0");
                return null;
            }
        }
    }
}
