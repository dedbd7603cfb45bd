using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Facewire;

/// <summary>What the package makes of the names of blend shapes.</summary>
internal static class Names
{
    /// <summary>Print the meanings of each line of a file.</summary>
    internal static void Meanings(string path)
    {
        foreach (string name in File.ReadAllLines(path))
        {
            Console.WriteLine(string.Join(" ", MorphNames.Of(name).Select(
                one => one.Source + ":" + Number(one.Gain) + ":" + one.Rank)));
        }
    }

    /// <summary>Print what moves a character whose shapes are the lines of a file.
    /// </summary>
    internal static void Drives(string path)
    {
        List<ShapeDrive> drives = ShapeDrives.ByNames(File.ReadAllLines(path));
        foreach (ShapeDrive one in drives)
        {
            Console.WriteLine(string.Join("\t", new[]
            {
                CurveSources.Name(one.Source), one.Shape, Number(one.Gain),
                Number(one.Low), Number(one.High), Number(one.Share),
            }));
        }
    }

    /// <summary>Print the sources of each datagram of a file (u32 length, bytes).
    /// </summary>
    internal static void Sources(string path)
    {
        var reader = new NativeReader();
        var frame = new FaceFrame();
        var values = new float[CurveSources.Count];
        byte[] all = File.ReadAllBytes(path);
        for (int at = 0; at < all.Length;)
        {
            int size = BitConverter.ToInt32(all, at);
            byte[] data = all.Skip(at + 4).Take(size).ToArray();
            reader.Read(data, size, frame);
            CurveSources.Fill(frame, values);
            Console.WriteLine(string.Join(" ", values.Select(value => Number(value))));
            at += 4 + size;
        }
    }

    private static string Number(double value)
    {
        return value.ToString("R", CultureInfo.InvariantCulture);
    }
}
