using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using Facewire;
using UnityEngine;

/// <summary>A character in a scene, driven over real sockets.</summary>
internal static class Scene
{
    /// <summary>Run one of the scenes; return the exit code.</summary>
    internal static int Run(string[] words)
    {
        switch (words[0])
        {
            case "meanings":
                Names.Meanings(words[1]);
                return 0;
            case "drives":
                Names.Drives(words[1]);
                return 0;
            case "sources":
                Names.Sources(words[1]);
                return 0;
            case "face":
                return Face(words[1], double.Parse(words[2], CultureInfo.InvariantCulture));
            case "playback":
                Played.Print();
                return 0;
            case "held":
                Held.Print();
                return 0;
            default:
                Console.Error.WriteLine("no such command: " + words[0]);
                return 2;
        }
    }

    /// <summary>Show a face until it is there, then until it is gone.</summary>
    private static int Face(string source, double limitS)
    {
        Application.isPlaying = true;
        var root = new GameObject("actor");
        var receiver = root.AddComponent<FacewireReceiver>();
        receiver.Source = source;
        SkinnedMeshRenderer head = Head(root, "blendShape1.", "_L", "_R", 100f);
        SkinnedMeshRenderer teeth = Head(root, "", "Left", "Right", 1f);
        Transform[] bones = Skeleton(root);
        var driver = root.AddComponent<FaceDriver>();
        var turner = root.AddComponent<BoneDriver>();
        foreach (BoneSlot slot in turner.Bones)
        {
            slot.Transform = bones[(int)slot.Bone];
        }
        var events = root.AddComponent<ExpressionEvents>();
        events.Watches.Add(new ExpressionEvents.Watch());
        events.Watches[0].Entered.AddListener(() => Console.WriteLine("entered"));
        events.Watches[0].Left.AddListener(() => Console.WriteLine("left"));
        var loop = new Loop(receiver, driver, turner, events);
        Console.WriteLine("moving\t" + driver.Moving + "\t" + driver.Problem);
        long endNs = Clock.NowNs + (long)(limitS * 1e9);
        bool there = false;
        bool gone = false;
        while (!gone && Clock.NowNs < endNs)
        {
            loop.Frame(0.01f);
            if (receiver.State != StreamState.Stopped && !there && receiver.Presence >= 1f
                && events.Watches[0].Active)
            {
                there = true;
                Print("shown", head, teeth, bones);
                Allocations(loop);
            }
            gone = there && receiver.Presence <= 0f && !events.Watches[0].Active;
            Thread.Sleep(2);
        }
        Print("gone", head, teeth, bones);
        loop.End();
        return gone ? 0 : 1;
    }

    private static void Allocations(Loop loop)
    {
        loop.Frame(0.001f);
        int before = GC.CollectionCount(0);
        for (int i = 0; i < 20000; i++)
        {
            loop.Frame(0.00001f);
        }
        Console.WriteLine("collections\t" + (GC.CollectionCount(0) - before));
    }

    private static SkinnedMeshRenderer Head(
        GameObject root, string prefix, string left, string right, float whole)
    {
        var part = new GameObject("part");
        part.transform.SetParent(root.transform);
        var renderer = part.AddComponent<SkinnedMeshRenderer>();
        renderer.sharedMesh = new Mesh { Whole = whole };
        foreach (string curve in Channels.Curves)
        {
            string base_ = curve.EndsWith("Left") ? curve.Substring(0, curve.Length - 4) + left
                : curve.EndsWith("Right") ? curve.Substring(0, curve.Length - 5) + right
                : curve;
            bool direction = curve.StartsWith("jaw") || curve == "mouthLeft"
                || curve == "mouthRight";
            renderer.sharedMesh.Shapes.Add(prefix + (direction ? curve : base_));
        }
        renderer.sharedMesh.Shapes.Add("somethingElse");
        return renderer;
    }

    /// <summary>A chain whose bones have axes of their own, as rigs have.</summary>
    private static Transform[] Skeleton(GameObject root)
    {
        var made = new Transform[Channels.BoneCount];
        Transform above = root.transform;
        var order = new[]
        {
            Bone.Spine, Bone.Chest, Bone.UpperChest, Bone.Neck, Bone.Head,
        };
        for (int i = 0; i < order.Length; i++)
        {
            made[(int)order[i]] = Child(above, 0.3f + 0.4f * i);
            above = made[(int)order[i]];
        }
        made[(int)Bone.LeftEye] = Child(above, 0.9f);
        made[(int)Bone.RightEye] = Child(above, -0.9f);
        return made;
    }

    private static Transform Child(Transform above, float angle)
    {
        var made = new GameObject("bone").transform;
        made.SetParent(above);
        float half = 0.5f * angle;
        made.localRotation = new Quaternion(
            0f, 0.6f * (float)Math.Sin(half), 0.8f * (float)Math.Sin(half), (float)Math.Cos(half));
        return made;
    }

    private static void Print(
        string what, SkinnedMeshRenderer head, SkinnedMeshRenderer teeth, Transform[] bones)
    {
        var words = new List<string> { what };
        foreach (SkinnedMeshRenderer one in new[] { head, teeth })
        {
            var row = new List<string>();
            for (int i = 0; i <= Channels.CurveCount; i++)
            {
                row.Add(Number(one.GetBlendShapeWeight(i)));
            }
            words.Add(string.Join(" ", row));
        }
        Quaternion turned = bones[(int)Bone.Head].rotation;
        words.Add(string.Join(" ", new[]
        {
            Number(turned.x), Number(turned.y), Number(turned.z), Number(turned.w),
        }));
        Console.WriteLine(string.Join("\t", words));
    }

    private static string Number(double value)
    {
        return value.ToString("R", CultureInfo.InvariantCulture);
    }
}
