using System.Net;
using System.Net.Sockets;

namespace Facewire
{
    /// <summary>Finds the address of a host.</summary>
    internal static class Addresses
    {
        /// <summary>Return an address, IPv4 where there is one; null for an unknown
        /// host. May take seconds for a name.</summary>
        internal static IPAddress Of(string host)
        {
            IPAddress address;
            if (IPAddress.TryParse(host, out address))
            {
                return address;
            }
            try
            {
                IPAddress other = null;
                foreach (IPAddress found in Dns.GetHostAddresses(host))
                {
                    if (found.AddressFamily == AddressFamily.InterNetwork)
                    {
                        return found;
                    }
                    other = other ?? found;
                }
                return other;
            }
            catch (SocketException)
            {
                return null;
            }
        }
    }
}
