using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Facewire
{
    /// <summary>Something that moves a blend shape.</summary>
    public struct Meaning
    {
        /// <summary>A curve of ARKit, or `blink`, a vowel or an emotion.</summary>
        public string Source;

        /// <summary>The shape's value is this times the source's.</summary>
        public float Gain;

        /// <summary>0 for ARKit's own name. Of several shapes for a source the least
        /// rank wins; shapes of equal rank move together.</summary>
        public int Rank;
    }

    /// <summary>
    /// Finds what a blend shape moves by its name, in the spelling of any program.
    /// </summary>
    /// <remarks>It follows the daemon's engines/character/names.py and families.py, and
    /// gives the same answers.</remarks>
    public static class MorphNames
    {
        private const int Longest = 256;

        /// <summary>Words that tell a name apart even behind the name of its object.
        /// </summary>
        private const int Long = 3;

        private static readonly Regex Numbered = new Regex(@"^(?:[A-Z]{1,2}|AA_VI)_?\d\d_");
        private static readonly Regex Daz = new Regex(@"^facs_(?:[a-z]+_)?|_div\d$");
        private static readonly Regex Object = new Regex(@"[.:](?=.*[A-Za-z]{3})|__");
        private static readonly Regex Word = new Regex(@"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+");
        private static readonly Regex Separator = new Regex(@"[\s_\-]+");

        private static readonly Dictionary<string, string> Synonyms =
            new Dictionary<string, string>
            {
                { "brows", "brow" },
                { "eyes", "eye" },
                { "foreward", "forward" },
                { "lookat", "look" },
                { "scrunch", "sneer" },
                { "wrinkle", "sneer" },
            };

        private static readonly Dictionary<string, int> Curves = ByWords(Joined);
        private static readonly Dictionary<string, int> Bags = ByWords(Bag);
        private static readonly Dictionary<string, Meaning[]> Table = ReadTable();
        private static readonly Meaning[] None = new Meaning[0];

        /// <summary>Return what a name says that the shape moves; nothing where it says
        /// nothing. A name that is an ARKit curve's means that curve alone.</summary>
        public static Meaning[] Of(string name)
        {
            int curve = Curve(name);
            if (curve >= 0)
            {
                return new[] { new Meaning { Source = Channels.Curves[curve], Gain = 1f } };
            }
            Meaning[] found;
            if (Table.TryGetValue(Key(name), out found))
            {
                return found;
            }
            List<string> words = Words(name);
            for (int start = 1; start < words.Count - Long + 1; start++)
            {
                string rest = string.Join("_", words.GetRange(start, words.Count - start));
                if (Table.TryGetValue(Key(rest), out found))
                {
                    return found;
                }
            }
            return None;
        }

        /// <summary>Return the place of the ARKit curve that a shape is named for, or -1.
        /// </summary>
        public static int Curve(string name)
        {
            List<string> words = Words(name);
            int at = CurveOf(words);
            if (at < 0 && words.Count > 0 && IsSide(words[words.Count - 1]))
            {
                at = CurveOf(words.GetRange(0, words.Count - 1));
            }
            return at;
        }

        private static int CurveOf(List<string> words)
        {
            int at;
            if (Curves.TryGetValue(Joined(words), out at) || Bags.TryGetValue(Bag(words), out at))
            {
                return at;
            }
            for (int start = 1; start < words.Count - 1; start++)
            {
                string rest = Joined(words.GetRange(start, words.Count - start));
                if (Curves.TryGetValue(rest, out at))
                {
                    return at;
                }
            }
            return -1;
        }

        /// <summary>Return a name in one form of Unicode, without its object's prefix.
        /// </summary>
        private static string Plain(string name)
        {
            if (name.Length > 2 * Longest)
            {
                return string.Empty;
            }
            string text;
            try
            {
                text = name.Normalize(NormalizationForm.FormKC);
            }
            catch (ArgumentException)
            {
                // Half of a pair of surrogates: no text.
                return string.Empty;
            }
            string last = string.Empty;
            foreach (string part in Object.Split(text))
            {
                last = part.Trim().Length > 0 ? part.Trim() : last;
            }
            return Daz.Replace(last, string.Empty);
        }

        private static List<string> Words(string name)
        {
            var words = new List<string>();
            string plain = Numbered.Replace(Plain(name), string.Empty);
            foreach (Match word in Word.Matches(plain))
            {
                words.Add(word.Value.ToLowerInvariant());
            }
            if (words.Count > 0)
            {
                words[words.Count - 1] = Side(words[words.Count - 1]);
            }
            return words;
        }

        private static string Key(string name)
        {
            string text = Plain(name);
            foreach (char letter in text)
            {
                if (letter > 127)
                {
                    return Separator.Replace(text.ToLowerInvariant(), string.Empty);
                }
            }
            return Joined(Words(name).ConvertAll(Side));
        }

        private static string Joined(List<string> words)
        {
            return string.Concat(words);
        }

        /// <summary>Return words in an order of their own, so that theirs does not count.
        /// </summary>
        private static string Bag(List<string> words)
        {
            List<string> bag = words.ConvertAll(word =>
            {
                string same;
                return Synonyms.TryGetValue(word, out same) ? same : Side(word);
            });
            bag.Sort(string.CompareOrdinal);
            return string.Join("_", bag);
        }

        private static string Side(string word)
        {
            return word == "l" ? "left" : word == "r" ? "right" : word;
        }

        private static bool IsSide(string word)
        {
            return word == "left" || word == "right";
        }

        private static Dictionary<string, int> ByWords(Func<List<string>, string> by)
        {
            var found = new Dictionary<string, int>();
            for (int at = 0; at < Channels.CurveCount; at++)
            {
                found[by(Words(Channels.Curves[at]))] = at;
            }
            return found;
        }

        private static Dictionary<string, Meaning[]> ReadTable()
        {
            var table = new Dictionary<string, Meaning[]>();
            foreach (string line in FamilyTable.Lines)
            {
                string[] words = line.Split(' ');
                var meanings = new Meaning[(words.Length - 1) / 3];
                for (int i = 0; i < meanings.Length; i++)
                {
                    meanings[i].Source = words[1 + 3 * i];
                    meanings[i].Gain = float.Parse(
                        words[2 + 3 * i], CultureInfo.InvariantCulture);
                    meanings[i].Rank = int.Parse(
                        words[3 + 3 * i], CultureInfo.InvariantCulture);
                }
                table.Add(words[0], meanings);
            }
            return table;
        }
    }
}
