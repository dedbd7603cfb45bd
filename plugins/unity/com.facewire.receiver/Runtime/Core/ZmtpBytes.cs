using System.Text;

namespace Facewire
{
    /// <summary>The fixed bytes of ZMTP 3.0 (https://rfc.zeromq.org/spec/23).</summary>
    internal static class ZmtpBytes
    {
        /// <summary>Flag: another part of the message follows.</summary>
        internal const int More = 1;

        /// <summary>Flag: the length has 8 bytes.</summary>
        internal const int Long = 2;

        /// <summary>Flag: this is a command.</summary>
        internal const int Command = 4;

        private const int Mechanism = 12;

        /// <summary>Return our greeting: version 3.0, mechanism NULL.</summary>
        internal static byte[] Greeting()
        {
            var bytes = new byte[64];
            bytes[0] = 0xff;
            bytes[8] = 1;
            bytes[9] = 0x7f;
            bytes[10] = 3;
            Encoding.ASCII.GetBytes("NULL", 0, 4, bytes, Mechanism);
            return bytes;
        }

        /// <summary>Return our READY, of a SUB socket.</summary>
        internal static byte[] Ready()
        {
            return Encoding.ASCII.GetBytes(
                "\u0004\u0019\u0005READY\u000bSocket-Type\0\0\0\u0003SUB");
        }

        /// <summary>Return the subscriptions to faces and to the schema.</summary>
        internal static byte[] Subscriptions()
        {
            return Encoding.ASCII.GetBytes("\0\u0006\u0001face.\0\u0007\u0001schema");
        }

        /// <summary>Return a PING without a time to live and without a context.</summary>
        internal static byte[] Ping()
        {
            return Encoding.ASCII.GetBytes("\u0004\u0007\u0004PING\0\0");
        }

        /// <summary>Return what is wrong with the first bytes of a greeting, or null.
        /// </summary>
        internal static string WrongGreeting(byte[] data, int count)
        {
            if (count > 0 && data[0] != 0xff || count > 9 && (data[9] & 1) == 0)
            {
                return "no ZeroMQ: expected facewire's sink zmq at this address";
            }
            if (count > 10 && data[10] < 3)
            {
                return "an old ZeroMQ: expected version 4 or later, as facewire has";
            }
            if (count < 64)
            {
                return null;
            }
            if (Is(data, Mechanism, "CURVE\0"))
            {
                return "encrypted: this plugin cannot read CURVE; send with "
                    + "--sink native=udp://HOST:PORT, or set curve = false in a network "
                    + "that you trust";
            }
            return Is(data, Mechanism, "NULL\0")
                ? null
                : "asks for a password: expected a stream without security";
        }

        /// <summary>Return true for a command of this name.</summary>
        internal static bool IsCommand(byte[] data, int start, int size, string name)
        {
            return size > name.Length && data[start] == name.Length
                && Is(data, start + 1, name);
        }

        /// <summary>Return true for the READY of a PUB or XPUB socket.</summary>
        internal static bool IsPublisher(byte[] data, int start, int size)
        {
            int end = start + size;
            int at = start + 6;
            while (at < end)
            {
                int nameAt = at + 1;
                int valueAt = nameAt + data[at] + 4;
                if (valueAt > end)
                {
                    return false;
                }
                long length = (long)data[valueAt - 4] << 24 | (uint)data[valueAt - 3] << 16
                    | (uint)data[valueAt - 2] << 8 | data[valueAt - 1];
                if (length > end - valueAt)
                {
                    return false;
                }
                if (data[at] == 11 && IsAnyCase(data, nameAt, "socket-type"))
                {
                    return length == 3 && Is(data, valueAt, "PUB")
                        || length == 4 && Is(data, valueAt, "XPUB");
                }
                at = valueAt + (int)length;
            }
            return false;
        }

        private static bool Is(byte[] data, int start, string text)
        {
            for (int i = 0; i < text.Length; i++)
            {
                if (data[start + i] != text[i])
                {
                    return false;
                }
            }
            return true;
        }

        private static bool IsAnyCase(byte[] data, int start, string small)
        {
            for (int i = 0; i < small.Length; i++)
            {
                // 0x20 makes a capital letter small, and leaves the hyphen.
                if ((data[start + i] | 0x20) != small[i])
                {
                    return false;
                }
            }
            return true;
        }
    }
}
