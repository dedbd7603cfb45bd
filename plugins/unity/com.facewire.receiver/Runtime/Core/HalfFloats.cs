using System;

namespace Facewire
{
    /// <summary>Reads little-endian float16, as IEEE 754 lays them out.</summary>
    internal static class HalfFloats
    {
        /// <summary>2 to the power of an exponent, less the bits of the fraction.
        /// </summary>
        private static readonly float[] Power = Powers();

        /// <summary>Read numbers of 0 to 1; return false if one is something else.
        /// </summary>
        /// <param name="data">Two bytes for each number of <paramref name="into"/>.
        /// </param>
        /// <param name="start">Where they begin.</param>
        /// <param name="into">Becomes the numbers; half filled if false.</param>
        internal static bool Shares(byte[] data, int start, float[] into)
        {
            for (int i = 0; i < into.Length; i++)
            {
                int bits = data[start + 2 * i] | data[start + 2 * i + 1] << 8;
                // 0x3c00 is 1; 0x8000 is the negative 0.
                if (bits > 0x3c00 && bits != 0x8000)
                {
                    return false;
                }
                int power = bits >> 10 & 0x1f;
                int part = bits & 0x3ff;
                into[i] = power == 0 ? part / 16777216f : (part | 0x400) * Power[power];
            }
            return true;
        }

        private static float[] Powers()
        {
            var powers = new float[32];
            for (int i = 0; i < powers.Length; i++)
            {
                powers[i] = (float)Math.Pow(2.0, i - 25);
            }
            return powers;
        }
    }
}
