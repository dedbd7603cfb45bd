namespace Facewire
{
    /// <summary>The part that leaves out values of keys that are not known.</summary>
    internal sealed partial class MsgPackReader
    {
        /// <summary>Lists and maps within each other.</summary>
        private const int MaxDepth = 32;

        private readonly int[] left = new int[MaxDepth];
        private readonly bool[] isMap = new bool[MaxDepth];

        /// <summary>Leave out one value, with all that is in it.</summary>
        internal bool Skip()
        {
            int depth = 0;
            do
            {
                if (at >= end)
                {
                    return false;
                }
                bool key = depth > 0 && isMap[depth - 1] && (left[depth - 1] & 1) == 0;
                if (key && !IsBytes(data[at]) && !IsText(data[at]))
                {
                    return false;
                }
                int items;
                bool map = false;
                if (IsContainer(data[at]))
                {
                    if (!Head(out items, out map))
                    {
                        return false;
                    }
                }
                else
                {
                    items = 0;
                    if (!SkipPlain())
                    {
                        return false;
                    }
                }
                if (depth > 0)
                {
                    left[depth - 1]--;
                }
                if (items > 0)
                {
                    if (depth == MaxDepth)
                    {
                        return false;
                    }
                    left[depth] = map ? 2 * items : items;
                    isMap[depth] = map;
                    depth++;
                }
                while (depth > 0 && left[depth - 1] == 0)
                {
                    depth--;
                }
            }
            while (depth > 0);
            return true;
        }

        private bool SkipPlain()
        {
            int tag = data[at];
            int start;
            int count;
            if (IsText(tag))
            {
                return Text(out start, out count);
            }
            if (IsBytes(tag))
            {
                return Bytes(out start, out count);
            }
            if (tag >= 0xc7 && tag <= 0xc9 || tag >= 0xd4 && tag <= 0xd8)
            {
                return Extension(tag);
            }
            if (tag == 0xca || tag == 0xcb)
            {
                double real;
                return Real(out real);
            }
            if (tag == 0xc0 || tag == 0xc2 || tag == 0xc3)
            {
                at++;
                return true;
            }
            ulong value;
            bool negative;
            return Integer(out value, out negative);
        }

        private bool Extension(int tag)
        {
            int head = 2;
            ulong size = 1UL << (tag - 0xd4 & 7);
            if (tag <= 0xc9)
            {
                int wide = 1 << (tag - 0xc7);
                head += wide;
                if (!Bits(at + 1, wide, out size))
                {
                    return false;
                }
            }
            if (at + head > end || size > (ulong)(end - at - head))
            {
                return false;
            }
            bool time = data[at + head - 1] == 0xff;
            at += head + (int)size;
            // A time has 4, 8 or 12 bytes; nobody sends one, so its value is not read.
            return !time || size == 4 || size == 8 || size == 12;
        }

        private static bool IsBytes(int tag)
        {
            return tag >= 0xc4 && tag <= 0xc6;
        }

        private static bool IsText(int tag)
        {
            return (tag & 0xe0) == 0xa0 || tag >= 0xd9 && tag <= 0xdb;
        }

        private static bool IsContainer(int tag)
        {
            return tag >= 0x80 && tag <= 0x9f || tag >= 0xdc && tag <= 0xdf;
        }
    }
}
