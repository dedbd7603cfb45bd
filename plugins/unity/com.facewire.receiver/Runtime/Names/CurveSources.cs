using System;

namespace Facewire
{
    /// <summary>
    /// What may move a blend shape: the 52 curves, and one blink and five vowels that
    /// are made of them, for characters that have only those.
    /// </summary>
    /// <remarks>The rules are those of the daemon's engines/character/sources.py.
    /// </remarks>
    public static class CurveSources
    {
        /// <summary>The place of the blink of both eyes.</summary>
        public const int Blink = Channels.CurveCount;

        /// <summary>The place of the first vowel: aa, ih, ou, ee, oh.</summary>
        public const int Vowel = Blink + 1;

        /// <summary>All sources.</summary>
        public const int Count = Vowel + 5;

        private const float Dead = 0.05f;
        private const float Ajar = 0.15f;
        private const float Parted = 0.3f;
        private const float Wide = 0.5f;

        private static readonly string[] Made = { "blink", "aa", "ih", "ou", "ee", "oh" };

        private static readonly int Jaw = Channels.Curve("jawOpen");
        private static readonly int Pucker = Channels.Curve("mouthPucker");
        private static readonly int Funnel = Channels.Curve("mouthFunnel");
        private static readonly int StretchLeft = Channels.Curve("mouthStretchLeft");
        private static readonly int StretchRight = Channels.Curve("mouthStretchRight");
        private static readonly int SmileLeft = Channels.Curve("mouthSmileLeft");
        private static readonly int SmileRight = Channels.Curve("mouthSmileRight");
        private static readonly int BlinkLeft = Channels.Curve("eyeBlinkLeft");
        private static readonly int BlinkRight = Channels.Curve("eyeBlinkRight");

        /// <summary>Return the place of a source, or -1.</summary>
        public static int Place(string name)
        {
            int curve = Channels.Curve(name);
            int made = curve < 0 ? Array.IndexOf(Made, name) : -1;
            return curve >= 0 ? curve : made < 0 ? -1 : Blink + made;
        }

        /// <summary>Return the name of a source.</summary>
        public static string Name(int place)
        {
            return place < Blink ? Channels.Curves[place] : Made[place - Blink];
        }

        /// <summary>Fill (<see cref="Count"/>) values, each 0 to 1, from a face.
        /// </summary>
        public static void Fill(FaceFrame frame, float[] into)
        {
            for (int i = 0; i < Channels.CurveCount; i++)
            {
                into[i] = frame.Weight(i);
            }
            // The mean of both lids would half close both eyes during a wink.
            into[Blink] = Math.Max(into[BlinkLeft], into[BlinkRight]);
            float jaw = into[Jaw];
            float rounded = Math.Max(into[Pucker], into[Funnel]);
            float broad = 0.5f * (into[StretchLeft] + into[StretchRight])
                + 0.15f * (into[SmileLeft] + into[SmileRight]);
            float oh = Math.Min(jaw * rounded * 1.6f, 1f);
            into[Vowel] = Live(jaw * 1.6f - 0.8f * (into[Pucker] + into[Funnel]));
            into[Vowel + 1] = Live(broad * Within((Parted - jaw) / (Parted - Ajar)));
            into[Vowel + 2] = Live(rounded - oh);
            into[Vowel + 3] = Live(broad * Within(Math.Min(
                (jaw - Ajar) / (Parted - Ajar), (Wide - jaw) / (Wide - Parted))));
            into[Vowel + 4] = Live(oh);
            float sum = 0f;
            for (int i = Vowel; i < Count; i++)
            {
                sum += into[i];
            }
            for (int i = Vowel; i < Count && sum > 1f; i++)
            {
                into[i] /= sum;
            }
        }

        private static float Live(float value)
        {
            return Math.Max(0f, (Math.Min(value, 1f) - Dead) / (1f - Dead));
        }

        private static float Within(float value)
        {
            return Math.Min(Math.Max(value, 0f), 1f);
        }
    }
}
