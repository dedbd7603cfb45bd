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
        private const float Shut = 0.03f;
        private const float Opens = 2.2f;
        private const float RoundYields = 0.7f;
        private const float BroadYields = 0.3f;
        private const float Round = 1.5f;
        private const float Broad = 0.8f;
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
            float rounded = Live(Math.Max(into[Pucker], into[Funnel]), Dead);
            float broad = Live(0.5f * (into[StretchLeft] + into[StretchRight])
                + 0.15f * (into[SmileLeft] + into[SmileRight]), Dead);
            float opened = Live(jaw, Shut);
            into[Vowel] = Math.Min(Opens * opened, 1f)
                * (1f - RoundYields * rounded * rounded)
                * (1f - BroadYields * broad * broad);
            into[Vowel + 1] = Broad * broad * Within((Parted - jaw) / (Parted - Ajar));
            into[Vowel + 2] = Math.Min(Round * rounded, 1f)
                * (1f - Math.Min(2f * opened, 1f));
            into[Vowel + 3] = broad * Within(Math.Min(
                (jaw - Ajar) / (Parted - Ajar), (Wide - jaw) / (Wide - Parted)));
            into[Vowel + 4] = opened * rounded;
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

        private static float Live(float value, float dead)
        {
            return Within((value - dead) / (1f - dead));
        }

        private static float Within(float value)
        {
            return Math.Min(Math.Max(value, 0f), 1f);
        }
    }
}
