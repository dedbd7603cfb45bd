namespace Facewire
{
    /// <summary>Reads MessagePack values from untrusted bytes, without allocating.</summary>
    /// <remarks>
    /// Each method returns false where the bytes are not what it reads, and the caller
    /// then refuses the message. Nothing is read outside the given bytes. The format:
    /// https://github.com/msgpack/msgpack/blob/master/spec.md
    /// </remarks>
    internal sealed partial class MsgPackReader
    {
        /// <summary>Items of a list or map, also of an unknown one.</summary>
        private const int MaxItems = 1024;

        private byte[] data;
        private int at;
        private int end;

        /// <summary>The place of the next byte.</summary>
        internal int At
        {
            get { return at; }
        }

        /// <summary>True after the last byte.</summary>
        internal bool Done
        {
            get { return at == end; }
        }

        /// <summary>Read these bytes from now on.</summary>
        internal void Start(byte[] bytes, int start, int count)
        {
            data = bytes;
            at = start;
            end = start + count;
        }

        internal bool Map(out int pairs)
        {
            bool map;
            return Head(out pairs, out map) && map;
        }

        internal bool List(out int items)
        {
            bool map;
            return Head(out items, out map) && !map;
        }

        internal bool Flag(out bool value)
        {
            value = at < end && data[at] == 0xc3;
            if (!value && (at >= end || data[at] != 0xc2))
            {
                return false;
            }
            at++;
            return true;
        }

        /// <summary>Read a whole number that fits 64 bits without a sign.</summary>
        internal bool Unsigned(out ulong value)
        {
            bool negative;
            return Integer(out value, out negative) && !negative;
        }

        /// <summary>Read a whole number that fits 64 bits with a sign.</summary>
        internal bool Signed(out long value)
        {
            ulong bits;
            bool negative;
            bool read = Integer(out bits, out negative);
            value = (long)bits;
            return read && (negative || bits <= long.MaxValue);
        }

        internal bool Real(out double value)
        {
            value = 0.0;
            int size = at < end ? (data[at] == 0xca ? 4 : data[at] == 0xcb ? 8 : 0) : 0;
            ulong bits;
            if (size == 0 || !Bits(at + 1, size, out bits))
            {
                return false;
            }
            at += 1 + size;
            value = size == 8
                ? System.BitConverter.Int64BitsToDouble((long)bits)
                : Single((uint)bits);
            return true;
        }

        /// <summary>Read bytes; return where they are.</summary>
        internal bool Bytes(out int start, out int count)
        {
            start = count = 0;
            int tag = at < end ? data[at] : 0;
            return tag >= 0xc4 && tag <= 0xc6 && Body(1 << (tag - 0xc4), out start, out count);
        }

        /// <summary>Read text of valid UTF-8; return where it is.</summary>
        internal bool Text(out int start, out int count)
        {
            start = count = 0;
            if (at >= end)
            {
                return false;
            }
            int tag = data[at];
            if ((tag & 0xe0) == 0xa0)
            {
                start = at + 1;
                count = tag & 0x1f;
                if (count > end - start)
                {
                    return false;
                }
                at = start + count;
            }
            else if (tag < 0xd9 || tag > 0xdb || !Body(1 << (tag - 0xd9), out start, out count))
            {
                return false;
            }
            return Utf8.Length(data, start, count) >= 0;
        }

        /// <summary>Read a key; return false in <paramref name="text"/> for a key of
        /// bytes, which is none of ours.</summary>
        internal bool Key(out int start, out int count, out bool text)
        {
            text = at < end && !IsBytes(data[at]);
            return text ? Text(out start, out count) : Bytes(out start, out count);
        }

        private bool Head(out int items, out bool map)
        {
            items = 0;
            map = false;
            if (at >= end || !IsContainer(data[at]))
            {
                return false;
            }
            int tag = data[at];
            map = (tag & 0xf0) == 0x80 || tag >= 0xde;
            ulong count = (ulong)(tag & 0x0f);
            int wide = tag < 0xdc ? 0 : (tag & 1) == 0 ? 2 : 4;
            if (wide > 0 && !Bits(at + 1, wide, out count))
            {
                return false;
            }
            if (count > MaxItems)
            {
                return false;
            }
            at += 1 + wide;
            items = (int)count;
            return true;
        }

        private bool Integer(out ulong value, out bool negative)
        {
            value = 0;
            negative = false;
            if (at >= end)
            {
                return false;
            }
            int tag = data[at];
            if (tag < 0x80 || tag >= 0xe0)
            {
                negative = tag >= 0xe0;
                value = negative ? (ulong)(long)(sbyte)tag : (ulong)tag;
                at++;
                return true;
            }
            if (tag < 0xcc || tag > 0xd3)
            {
                return false;
            }
            int wide = 1 << (tag - 0xcc & 3);
            if (!Bits(at + 1, wide, out value))
            {
                return false;
            }
            if (tag >= 0xd0)
            {
                int unused = 64 - 8 * wide;
                long signed = (long)(value << unused) >> unused;
                negative = signed < 0;
                value = (ulong)signed;
            }
            at += 1 + wide;
            return true;
        }

        private bool Body(int wide, out int start, out int count)
        {
            ulong size;
            start = at + 1 + wide;
            count = 0;
            if (!Bits(at + 1, wide, out size) || size > (ulong)(end - start))
            {
                return false;
            }
            count = (int)size;
            at = start + count;
            return true;
        }

        /// <summary>Read big-endian bits; false where they would end outside.</summary>
        private bool Bits(int from, int wide, out ulong value)
        {
            value = 0;
            if (from + wide > end)
            {
                return false;
            }
            for (int i = 0; i < wide; i++)
            {
                value = value << 8 | data[from + i];
            }
            return true;
        }

        private static double Single(uint bits)
        {
            // The runtime of Unity 2021.3 can turn bits into a double only: widen them.
            int power = (int)(bits >> 23 & 0xff);
            double part = bits & 0x7fffff;
            double sign = bits >> 31 == 0 ? 1.0 : -1.0;
            if (power == 255)
            {
                return part == 0.0 ? sign * double.PositiveInfinity : double.NaN;
            }
            return power == 0
                ? sign * part * System.Math.Pow(2.0, -149.0)
                : sign * (part + 0x800000) * System.Math.Pow(2.0, power - 150);
        }
    }
}
