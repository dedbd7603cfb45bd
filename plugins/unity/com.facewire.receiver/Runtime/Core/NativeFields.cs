namespace Facewire
{
    /// <summary>The keys of the native stream's map, and what is expected of each.
    /// </summary>
    internal static class NativeFields
    {
        /// <summary>The first keys, which every frame has.</summary>
        internal const int Required = 11;

        /// <summary>The place of the doubt; since version 1.1.</summary>
        internal const int Doubt = 11;

        /// <summary>The place of the time to be seen; since version 1.2.</summary>
        internal const int Display = 12;

        /// <summary>The place of the held expression; since version 1.3.</summary>
        internal const int Mood = 13;

        internal static readonly byte[][] Keys =
        {
            Ascii("v"), Ascii("seq"), Ascii("index"), Ascii("captured_ns"),
            Ascii("sent_ns"), Ascii("subject"), Ascii("tracked"), Ascii("confidence"),
            Ascii("vector"), Ascii("expression"), Ascii("timecode"), Ascii("doubt"),
            Ascii("display_ns"), Ascii("mood"),
        };

        internal static readonly string[] Wrong =
        {
            "version: expected 1; update this package",
            "seq: expected a whole number from 0",
            "index: expected a whole number from 0",
            "captured_ns: expected a whole number",
            "sent_ns: expected a whole number",
            "subject: expected 1 to 256 characters without a zero byte",
            "tracked: expected true or false",
            "confidence: expected a float of 0 to 1",
            "vector: expected 85 finite float32 in 340 bytes",
            "expression: expected 8 finite float32 in 32 bytes",
            "timecode: expected [frame, fraction, rate, rate's divisor]",
            "doubt: expected 52 float16 of 0 to 1 in 104 bytes",
            "display_ns: expected a whole number",
            "mood: expected 1 to 256 characters",
        };

        private static readonly byte[][] Moods =
            System.Array.ConvertAll(Channels.Expressions, Ascii);

        /// <summary>Return the place of a key, or -1.</summary>
        internal static int Place(byte[] data, int start, int count)
        {
            return Among(Keys, data, start, count);
        }

        /// <summary>Return the place of an expression's name, or
        /// <see cref="FaceFrame.NoMood"/> for one that this version does not know.
        /// </summary>
        internal static int Held(byte[] data, int start, int count)
        {
            return Among(Moods, data, start, count);
        }

        private static int Among(byte[][] names, byte[] data, int start, int count)
        {
            for (int i = 0; i < names.Length; i++)
            {
                byte[] name = names[i];
                if (name.Length == count && Begins(data, start, count, name))
                {
                    return i;
                }
            }
            return -1;
        }

        internal static bool Begins(byte[] data, int start, int count, byte[] with)
        {
            if (count < with.Length)
            {
                return false;
            }
            for (int i = 0; i < with.Length; i++)
            {
                if (data[start + i] != with[i])
                {
                    return false;
                }
            }
            return true;
        }

        internal static byte[] Ascii(string text)
        {
            return System.Text.Encoding.ASCII.GetBytes(text);
        }
    }
}
