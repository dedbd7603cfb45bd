using System;
using System.Collections.Generic;
using System.Globalization;
using Facewire;

/// <summary>When an expression begins and ends, with faces that are made here.</summary>
internal static class Held
{
    private const float Step = 0.0625f;
    private const int Joy = (int)Expression.Happiness;

    /// <summary>Print a line for each case: what was called, in order.</summary>
    internal static void Print()
    {
        // The sender's word counts at once, whatever the probabilities say.
        Say("sender", ExpressionRule.Sender, Told(0, 1f), Told(Joy, 0f), Told(Joy, 0f),
            Told(Joy, 1f), Told(0, 1f), Told((int)Expression.Anger, 1f));
        Say("thresholds", ExpressionRule.Thresholds, Told(Joy, 0f), Told(Joy, 0.7f),
            Told(0, 0.7f), Told(0, 0.7f), Told(0, 0.5f), Told(0, 0.3f), Told(0, 0.3f),
            Told(0, 0.3f));
        // An older sender's faces have no mood.
        Say("older", ExpressionRule.Sender, Told(-1, 0.7f), Told(-1, 0.7f), Told(-1, 0.7f),
            Told(-1, 0f), Told(-1, 0f), Told(-1, 0f));
        Say("away", ExpressionRule.Sender, Told(Joy, 1f), null, null, null, null);
        Say("flicker", ExpressionRule.Thresholds, Told(-1, 0.7f), Told(-1, 0.3f),
            Told(-1, 0.7f), Told(-1, 0.7f), Told(-1, 0.3f), Told(-1, 0.7f));
        var other = new ExpressionEvents.Watch { Expression = Expression.Neutral };
        Follow("neutral", other, ExpressionRule.Sender, Told(-1, 0f), Told(0, 0f), Told(Joy, 0f));
    }

    private static void Say(string name, ExpressionRule rule, params FaceFrame[] faces)
    {
        Follow(name, new ExpressionEvents.Watch(), rule, faces);
    }

    private static void Follow(
        string name, ExpressionEvents.Watch watch, ExpressionRule rule,
        params FaceFrame[] faces)
    {
        var calls = new List<string>();
        watch.Entered.AddListener(() => calls.Add("enter " + Number(watch.HeldSeconds)));
        watch.Holding.AddListener(seconds => calls.Add(Number(seconds)));
        watch.Left.AddListener(() => calls.Add("leave " + Number(watch.HeldSeconds)));
        foreach (FaceFrame face in faces)
        {
            calls.Add("|");
            watch.Follow(face, rule, Step);
        }
        calls.Add(watch.Active ? "active" : Number(watch.HeldSeconds));
        Console.WriteLine(name + "\t" + string.Join(" ", calls));
    }

    private static FaceFrame Told(int mood, float probability)
    {
        var face = new FaceFrame { Mood = mood };
        face.Expression[Joy] = probability;
        return face;
    }

    private static string Number(float value)
    {
        return value.ToString("R", CultureInfo.InvariantCulture);
    }
}
