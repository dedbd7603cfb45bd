using System.Collections.Generic;

namespace Facewire
{
    /// <summary>The addresses of plain OSC behind `/facewire/SUBJECT/`.</summary>
    internal static class OscAddresses
    {
        internal const int Tracked = 0;
        internal const int Frame = 1;
        internal const int Time = 2;
        internal const int Timecode = 3;
        internal const int Confidence = 4;
        internal const int Doubt = 5;
        internal const int Mood = 6;

        private const int Position = 7;
        private const int FirstBone = 8;
        private const int FirstExpression = FirstBone + Channels.BoneCount;
        private const int FirstCurve = FirstExpression + Channels.ExpressionCount;

        private static readonly byte[][] Names = AllNames();
        private static readonly Dictionary<uint, int> Places = ByHash();

        /// <summary>The number of arguments of each address.</summary>
        internal static readonly int[] Arguments = AllArguments();

        /// <summary>Return the place of an address, or -1.</summary>
        internal static int Place(byte[] data, int start, int count)
        {
            int place;
            if (!Places.TryGetValue(Hash(data, start, count), out place)
                || Names[place].Length != count
                || !NativeFields.Begins(data, start, count, Names[place]))
            {
                return -1;
            }
            return place;
        }

        /// <summary>Return where an address goes in a frame's vector; from 85 on, in its
        /// expression.</summary>
        internal static int Channel(int place)
        {
            if (place >= FirstCurve)
            {
                return place - FirstCurve;
            }
            if (place >= FirstExpression)
            {
                return Channels.Count + place - FirstExpression;
            }
            return place == Position
                ? Channels.PositionStart
                : Channels.RotationStart + 3 * (place - FirstBone);
        }

        private static byte[][] AllNames()
        {
            var names = new List<byte[]>();
            foreach (string name in new[]
            {
                "tracked", "frame", "time", "timecode", "confidence", "doubt", "mood",
                "position",
            })
            {
                names.Add(NativeFields.Ascii(name));
            }
            foreach (string bone in Channels.Bones)
            {
                names.Add(NativeFields.Ascii("bone/" + bone));
            }
            foreach (string expression in Channels.Expressions)
            {
                names.Add(NativeFields.Ascii("expression/" + expression));
            }
            foreach (string curve in Channels.Curves)
            {
                names.Add(NativeFields.Ascii(curve));
            }
            return names.ToArray();
        }

        private static int[] AllArguments()
        {
            var counts = new int[Names.Length];
            for (int i = 0; i < counts.Length; i++)
            {
                bool three = i >= Position && i < FirstExpression;
                counts[i] = three ? 3 : 1;
            }
            counts[Timecode] = 4;
            counts[Doubt] = Channels.CurveCount;
            return counts;
        }

        private static Dictionary<uint, int> ByHash()
        {
            var found = new Dictionary<uint, int>();
            for (int i = 0; i < Names.Length; i++)
            {
                found.Add(Hash(Names[i], 0, Names[i].Length), i);
            }
            return found;
        }

        /// <summary>FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv).
        /// </summary>
        private static uint Hash(byte[] data, int start, int count)
        {
            uint hash = 2166136261;
            for (int i = 0; i < count; i++)
            {
                hash = (hash ^ data[start + i]) * 16777619;
            }
            return hash;
        }
    }
}
