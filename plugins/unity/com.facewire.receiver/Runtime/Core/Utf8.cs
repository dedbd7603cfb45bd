namespace Facewire
{
    /// <summary>Checks text from untrusted senders.</summary>
    internal static class Utf8
    {
        /// <summary>Return the number of characters, or -1 if the bytes are not UTF-8.
        /// </summary>
        /// <remarks>As RFC 3629 says: no longer forms than needed, no halves of pairs,
        /// nothing above U+10FFFF.</remarks>
        internal static int Length(byte[] data, int start, int count)
        {
            int characters = 0;
            int end = start + count;
            int at = start;
            while (at < end)
            {
                int first = data[at];
                int more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
                if (first >= 0x80 && first < 0xc2 || first > 0xf4 || more >= end - at)
                {
                    return -1;
                }
                int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
                int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
                for (int i = 1; i <= more; i++)
                {
                    int next = data[at + i];
                    if (next < low || next > high)
                    {
                        return -1;
                    }
                    low = 0x80;
                    high = 0xbf;
                }
                at += 1 + more;
                characters++;
            }
            return characters;
        }
    }
}
