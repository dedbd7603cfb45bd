using System;
using System.Collections.Generic;

namespace Facewire
{
    /// <summary>One source that moves one blend shape:
    /// value = share * clamp(gain * source, low, high).</summary>
    public sealed class ShapeDrive
    {
        /// <summary>The blend shape's name.</summary>
        public string Shape;

        /// <summary>The place in <see cref="CurveSources"/>.</summary>
        public int Source;

        /// <summary>The factor.</summary>
        public float Gain = 1f;

        /// <summary>The least value; below 0 for shapes that go both ways.</summary>
        public float Low;

        /// <summary>The greatest value.</summary>
        public float High = 1f;

        /// <summary>A half where two sides share a shape, else 1.</summary>
        public float Share = 1f;
    }

    /// <summary>Finds what moves the blend shapes of a character, by their names.
    /// </summary>
    /// <remarks>It follows the daemon's engines/character/naming.py and drives.py, but
    /// plays no emotions: <see cref="ExpressionEvents"/> is for those.</remarks>
    public static class ShapeDrives
    {
        /// <summary>A character with so many curves needs no vowels and no single blink.
        /// </summary>
        public const int Whole = 40;

        private static readonly string[] Mouth = { "jawOpen", "mouthFunnel", "mouthPucker" };

        /// <summary>Return the drives of a character with these blend shapes.</summary>
        public static List<ShapeDrive> ByNames(IEnumerable<string> shapes)
        {
            var best = new Dictionary<int, List<ShapeDrive>>();
            var ranks = new Dictionary<int, int>();
            var seen = new HashSet<string>();
            foreach (string shape in shapes)
            {
                if (!seen.Add(shape))
                {
                    continue;
                }
                foreach (Meaning meaning in MorphNames.Of(shape))
                {
                    int source = CurveSources.Place(meaning.Source);
                    if (source >= 0)
                    {
                        Offer(best, ranks, source, meaning, shape);
                    }
                }
            }
            LeaveOut(best);
            var drives = new List<ShapeDrive>();
            foreach (KeyValuePair<int, List<ShapeDrive>> entry in best)
            {
                drives.AddRange(entry.Value);
            }
            Split(drives);
            return drives;
        }

        /// <summary>Give two sides that move one shape a half each, and two blinks the
        /// larger one.</summary>
        public static void Split(List<ShapeDrive> drives)
        {
            var gone = new List<ShapeDrive>();
            foreach (ShapeDrive drive in drives)
            {
                foreach (ShapeDrive other in drives)
                {
                    if (other.Shape != drive.Shape || !ArePair(drive.Source, other.Source))
                    {
                        continue;
                    }
                    bool blink = Channels.Curves[drive.Source].StartsWith("eyeBlink");
                    drive.Share = blink ? 1f : 0.5f;
                    if (blink && drive.Source > other.Source)
                    {
                        gone.Add(drive);
                    }
                }
            }
            foreach (ShapeDrive drive in gone)
            {
                drives.Remove(drive);
                drives.Find(one => one.Shape == drive.Shape
                    && Channels.Curves[one.Source] == "eyeBlinkLeft").Source = CurveSources.Blink;
            }
        }

        /// <summary>Return the sum of what a shape's drives ask for.</summary>
        /// <param name="drives">All drives of one shape.</param>
        /// <param name="sources">The values of <see cref="CurveSources"/>.</param>
        /// <param name="gain">Factor for all shapes.</param>
        public static float Value(ShapeDrive[] drives, float[] sources, float gain)
        {
            float value = 0f;
            for (int i = 0; i < drives.Length; i++)
            {
                ShapeDrive drive = drives[i];
                float one = drive.Gain * gain * sources[drive.Source];
                value += drive.Share * Math.Min(Math.Max(one, drive.Low), drive.High);
            }
            return value;
        }

        private static void Offer(
            Dictionary<int, List<ShapeDrive>> best, Dictionary<int, int> ranks, int source,
            Meaning meaning, string shape)
        {
            int rank;
            bool known = ranks.TryGetValue(source, out rank);
            if (known && meaning.Rank > rank)
            {
                return;
            }
            if (!known || meaning.Rank < rank)
            {
                best[source] = new List<ShapeDrive>();
                ranks[source] = meaning.Rank;
            }
            List<ShapeDrive> drives = best[source];
            float gain = drives.Count > 0 ? drives[0].Gain : meaning.Gain;
            bool down = gain < 0f;
            drives.Add(new ShapeDrive
            {
                Shape = shape,
                Source = source,
                Gain = gain,
                Low = down ? -1f : 0f,
                High = down ? 0f : 1f,
            });
        }

        private static void LeaveOut(Dictionary<int, List<ShapeDrive>> best)
        {
            int own = 0;
            foreach (int source in best.Keys)
            {
                own += source < Channels.CurveCount ? 1 : 0;
            }
            bool lids = best.ContainsKey(Channels.Curve("eyeBlinkLeft"))
                && best.ContainsKey(Channels.Curve("eyeBlinkRight"));
            if (lids || own >= Whole)
            {
                best.Remove(CurveSources.Blink);
            }
            int vowels = 0;
            for (int i = CurveSources.Vowel; i < CurveSources.Count; i++)
            {
                vowels += best.ContainsKey(i) ? 1 : 0;
            }
            bool jaw = best.ContainsKey(Channels.Curve(Mouth[0]));
            bool curves = true;
            foreach (string name in Mouth)
            {
                curves &= best.ContainsKey(Channels.Curve(name));
            }
            if (own < Whole && jaw && vowels >= 3 && !curves)
            {
                // Both would open the mouth twice.
                foreach (string name in Mouth)
                {
                    best.Remove(Channels.Curve(name));
                }
            }
            else if (own >= Whole || jaw)
            {
                for (int i = CurveSources.Vowel; i < CurveSources.Count; i++)
                {
                    best.Remove(i);
                }
            }
        }

        /// <summary>Return true for two sides of one curve, and for two eyes that look
        /// to one side; jawLeft and mouthLeft are directions.</summary>
        private static bool ArePair(int one, int other)
        {
            if (one >= Channels.CurveCount || other >= Channels.CurveCount || one == other)
            {
                return false;
            }
            string name = Channels.Curves[one];
            string pair = name.EndsWith("Left") ? name.Substring(0, name.Length - 4) + "Right"
                : name.EndsWith("Right") ? name.Substring(0, name.Length - 5) + "Left" : name;
            if (name.StartsWith("eyeLookIn"))
            {
                pair = pair.Replace("eyeLookIn", "eyeLookOut");
            }
            else if (name.StartsWith("eyeLookOut"))
            {
                pair = pair.Replace("eyeLookOut", "eyeLookIn");
            }
            bool direction = name == "jawLeft" || name == "jawRight"
                || name == "mouthLeft" || name == "mouthRight";
            return !direction && Channels.Curves[other] == pair;
        }
    }
}
