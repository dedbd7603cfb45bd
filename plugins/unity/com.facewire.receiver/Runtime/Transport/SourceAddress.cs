using System;

namespace Facewire
{
    /// <summary>How faces reach this machine.</summary>
    public enum SourceKind
    {
        /// <summary>Native datagrams, of facewire's sink `native`.</summary>
        Native,

        /// <summary>facewire's own ZeroMQ stream, of its sink `zmq`.</summary>
        ZeroMq,

        /// <summary>Plain OSC, of its sink `osc`.</summary>
        Osc,
    }

    /// <summary>Where faces come from: udp://HOST:PORT, tcp://HOST:PORT (ZeroMQ) or
    /// osc://HOST:PORT.</summary>
    /// <remarks>For udp and osc the host is an address of this machine to listen on:
    /// 127.0.0.1 hears this machine only, 0.0.0.0 all networks.</remarks>
    public sealed class SourceAddress
    {
        /// <summary>The address of a facewire on this machine that was started with
        /// `--sink native`.</summary>
        public const string Usual = "udp://127.0.0.1:5561";

        private SourceAddress(SourceKind kind, string host, int port)
        {
            Kind = kind;
            Host = host;
            Port = port;
        }

        /// <summary>The format and the transport.</summary>
        public SourceKind Kind { get; }

        /// <summary>A name, an IPv4 or an IPv6 address.</summary>
        public string Host { get; }

        /// <summary>1 to 65535.</summary>
        public int Port { get; }

        /// <summary>Read an address.</summary>
        /// <param name="text">As udp://127.0.0.1:5561; the port may be left out.</param>
        /// <param name="address">The address, or null.</param>
        /// <param name="problem">Why it is none, or null.</param>
        public static bool TryParse(
            string text, out SourceAddress address, out string problem)
        {
            address = null;
            string trimmed = (text ?? string.Empty).Trim();
            int mark = trimmed.IndexOf("://", StringComparison.Ordinal);
            string scheme = mark < 0 ? "udp" : trimmed.Substring(0, mark).ToLowerInvariant();
            string place = mark < 0 ? trimmed : trimmed.Substring(mark + 3);
            SourceKind kind;
            int port;
            problem = "source " + trimmed + ": expected udp://HOST:PORT, tcp://HOST:PORT or "
                + "osc://HOST:PORT, such as " + Usual;
            switch (scheme)
            {
                case "udp":
                    kind = SourceKind.Native;
                    port = 5561;
                    break;
                case "tcp":
                    kind = SourceKind.ZeroMq;
                    port = 5560;
                    break;
                case "osc":
                    kind = SourceKind.Osc;
                    port = 9050;
                    break;
                default:
                    return false;
            }
            string host = place;
            int bracket = place.LastIndexOf(']');
            int colon = place.LastIndexOf(':');
            if (colon > bracket)
            {
                host = place.Substring(0, colon);
                if (!int.TryParse(place.Substring(colon + 1), out port))
                {
                    return false;
                }
            }
            host = host.Trim('[', ']');
            if (host.Length == 0 || host.Length > 253 || port < 1 || port > 65535)
            {
                return false;
            }
            problem = null;
            address = new SourceAddress(kind, host, port);
            return true;
        }

        /// <summary>The address as it is written.</summary>
        public override string ToString()
        {
            string scheme = Kind == SourceKind.Native ? "udp"
                : Kind == SourceKind.ZeroMq ? "tcp" : "osc";
            string host = Host.IndexOf(':') < 0 ? Host : "[" + Host + "]";
            return scheme + "://" + host + ":" + Port;
        }
    }
}
