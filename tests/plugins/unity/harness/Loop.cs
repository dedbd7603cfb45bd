using System;
using System.Collections.Generic;
using System.Reflection;
using UnityEngine;

/// <summary>Calls a component's messages as Unity does.</summary>
internal sealed class Loop
{
    private readonly List<MonoBehaviour> all = new List<MonoBehaviour>();
    private readonly List<Action> updates = new List<Action>();
    private readonly List<Action> lateUpdates = new List<Action>();

    /// <summary>Enable components, in this order.</summary>
    internal Loop(params MonoBehaviour[] components)
    {
        foreach (MonoBehaviour one in components)
        {
            all.Add(one);
            Add(updates, Message(one, "Update"));
            Add(lateUpdates, Message(one, "LateUpdate"));
            Message(one, "OnEnable")?.Invoke();
        }
    }

    internal void Frame(float seconds)
    {
        Time.deltaTime = seconds;
        for (int i = 0; i < updates.Count; i++)
        {
            updates[i]();
        }
        for (int i = 0; i < lateUpdates.Count; i++)
        {
            lateUpdates[i]();
        }
    }

    internal void End()
    {
        foreach (MonoBehaviour one in all)
        {
            Message(one, "OnDisable")?.Invoke();
        }
    }

    private static void Add(List<Action> to, Action one)
    {
        if (one != null)
        {
            to.Add(one);
        }
    }

    private static Action Message(MonoBehaviour on, string name)
    {
        MethodInfo found = on.GetType().GetMethod(
            name, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);
        return found == null
            ? null
            : (Action)Delegate.CreateDelegate(typeof(Action), on, found);
    }
}
