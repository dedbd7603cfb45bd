using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using Facewire;
using UniVRM10;
using UnityEngine;

/// <summary>A VRM in a scene, driven over a real socket.</summary>
internal static class Vrm
{
    /// <summary>Show a face until it is there; print the weight of each expression.
    /// </summary>
    /// <param name="source">Where faces come from.</param>
    /// <param name="limitS">Seconds to wait at most.</param>
    /// <param name="names">Expressions of the character that are no presets.</param>
    internal static int Run(string source, double limitS, string[] names)
    {
        Application.isPlaying = true;
        var root = new GameObject("actor");
        var receiver = root.AddComponent<FacewireReceiver>();
        receiver.Source = source;
        var vrm = root.AddComponent<Vrm10Instance>();
        Vrm10RuntimeExpression expression = vrm.Runtime.Expression;
        foreach (ExpressionPreset preset in Enum.GetValues(typeof(ExpressionPreset)))
        {
            if (preset != ExpressionPreset.custom)
            {
                expression.Keys.Add(new ExpressionKey(preset));
            }
        }
        expression.Keys.AddRange(names.Select(
            name => new ExpressionKey(ExpressionPreset.custom, name)));
        var face = root.AddComponent<FaceDriver>();
        var driver = root.AddComponent<VrmDriver>();
        var loop = new Loop(receiver, driver);
        long endNs = Clock.NowNs + (long)(limitS * 1e9);
        while (receiver.Presence < 1f && Clock.NowNs < endNs)
        {
            loop.Frame(0.01f);
            Thread.Sleep(2);
        }
        int before = GC.CollectionCount(0);
        for (int i = 0; i < 20000; i++)
        {
            loop.Frame(0.00001f);
        }
        Console.WriteLine("collections\t" + (GC.CollectionCount(0) - before));
        Console.WriteLine("moving\t" + driver.Moving + "\t" + face.enabled);
        Print("shown", expression.Weights);
        loop.End();
        Print("gone", expression.Weights);
        return receiver.Presence >= 1f ? 0 : 1;
    }

    private static void Print(string what, Dictionary<string, float> weights)
    {
        Console.WriteLine(what + "\t" + string.Join("\t", weights.Select(
            one => one.Key + "=" + one.Value.ToString("R", CultureInfo.InvariantCulture))));
    }
}
