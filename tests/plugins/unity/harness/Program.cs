using System;
using System.Globalization;
using System.Linq;
using System.Text;

/// <summary>Runs the package outside Unity; tests/plugins/unity drives it.</summary>
internal static class Program
{
    private static int Main(string[] words)
    {
        Console.OutputEncoding = new UTF8Encoding(false);
        switch (words[0])
        {
            case "golden":
                Golden.Folder(words[1]);
                return 0;
            case "packed":
                Golden.Packed(words[1]);
                return 0;
            case "cuts":
                Golden.Cuts(words[1]);
                return 0;
            case "mutations":
                Golden.Mutations(words[1], Whole(words[2]), Whole(words[3]));
                return 0;
            case "osc":
                Golden.Osc(words[1]);
                return 0;
            case "streams":
                Streams.Folder(words[1], Whole(words[2]));
                return 0;
            case "stream mutations":
                Streams.Mutations(words[1], Whole(words[2]), Whole(words[3]));
                return 0;
            case "listen":
                string until = words.Length > 4 ? words[4] : string.Empty;
                return Live.Listen(words[1], Whole(words[2]), Real(words[3]), until);
            case "vrm":
                return Vrm.Run(words[1], Real(words[2]), words.Skip(3).ToArray());
            case "follow":
                return Live.Follow(words[1]);
            case "soak":
                return Live.Soak(words[1], Real(words[2]));
            case "parse":
                Live.Parse(words[1], Whole(words[2]));
                return 0;
            default:
                return Scene.Run(words);
        }
    }

    private static int Whole(string text)
    {
        return int.Parse(text, CultureInfo.InvariantCulture);
    }

    private static double Real(string text)
    {
        return double.Parse(text, CultureInfo.InvariantCulture);
    }
}
