using System;

namespace UnityEngine
{
    public sealed class SerializeField : Attribute
    {
    }

    public sealed class HideInInspector : Attribute
    {
    }

    public sealed class ExecuteAlways : Attribute
    {
    }

    public sealed class DisallowMultipleComponent : Attribute
    {
    }

    public sealed class TooltipAttribute : Attribute
    {
        public TooltipAttribute(string tooltip)
        {
        }
    }

    public sealed class RangeAttribute : Attribute
    {
        public RangeAttribute(float min, float max)
        {
        }
    }

    public sealed class AddComponentMenu : Attribute
    {
        public AddComponentMenu(string menuName)
        {
        }
    }

    public sealed class ContextMenu : Attribute
    {
        public ContextMenu(string itemName)
        {
        }
    }

    public sealed class DefaultExecutionOrder : Attribute
    {
        public DefaultExecutionOrder(int order)
        {
        }
    }

    public sealed class CreateAssetMenuAttribute : Attribute
    {
        public string menuName { get; set; }

        public string fileName { get; set; }
    }
}

namespace UnityEngine.Events
{
    public delegate void UnityAction();

    public delegate void UnityAction<T>(T value);

    public class UnityEvent<T>
    {
        private UnityAction<T> calls;

        public void AddListener(UnityAction<T> call)
        {
            calls += call;
        }

        public void Invoke(T value)
        {
            calls?.Invoke(value);
        }
    }

    public class UnityEvent
    {
        private UnityAction calls;

        public void AddListener(UnityAction call)
        {
            calls += call;
        }

        public void Invoke()
        {
            calls?.Invoke();
        }
    }
}
