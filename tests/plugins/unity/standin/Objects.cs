using System;
using System.Collections.Generic;

namespace UnityEngine
{
    public class Object
    {
        public string name { get; set; }

        public static bool operator ==(Object a, Object b)
        {
            return ReferenceEquals(a, b);
        }

        public static bool operator !=(Object a, Object b)
        {
            return !ReferenceEquals(a, b);
        }

        public override bool Equals(object other)
        {
            return ReferenceEquals(this, other);
        }

        public override int GetHashCode()
        {
            return System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
        }
    }

    public class ScriptableObject : Object
    {
        public static T CreateInstance<T>() where T : ScriptableObject, new()
        {
            return new T();
        }
    }

    public class Component : Object
    {
        public GameObject gameObject { get; internal set; }

        public Transform transform
        {
            get { return gameObject.transform; }
        }

        public T GetComponent<T>() where T : class
        {
            return gameObject.GetComponent<T>();
        }

        public T GetComponentInParent<T>() where T : class
        {
            for (Transform at = transform; at != null; at = at.parent)
            {
                var found = at.gameObject.GetComponent<T>();
                if (found != null)
                {
                    return found;
                }
            }
            return null;
        }

        public T GetComponentInChildren<T>() where T : class
        {
            var found = new List<T>();
            GetComponentsInChildren(true, found);
            return found.Count > 0 ? found[0] : null;
        }

        public void GetComponentsInChildren<T>(bool includeInactive, List<T> result)
            where T : class
        {
            transform.Collect(result);
        }
    }

    public class Behaviour : Component
    {
        public bool enabled { get; set; }
    }

    public class MonoBehaviour : Behaviour
    {
    }

    public sealed class Transform : Component
    {
        private readonly List<Transform> children = new List<Transform>();

        public Transform parent { get; private set; }

        public Quaternion localRotation { get; set; } = Quaternion.identity;

        public Vector3 localPosition { get; set; }

        public Vector3 localScale { get; set; }

        public Quaternion rotation
        {
            get { return parent == null ? localRotation : parent.rotation * localRotation; }
        }

        public void SetParent(Transform to, bool worldPositionStays)
        {
            SetParent(to);
        }

        public void SetParent(Transform to)
        {
            parent = to;
            to.children.Add(this);
        }

        internal void Collect<T>(List<T> into) where T : class
        {
            foreach (Component one in gameObject.Components)
            {
                var found = one as T;
                if (found != null)
                {
                    into.Add(found);
                }
            }
            foreach (Transform child in children)
            {
                child.Collect(into);
            }
        }
    }

    public sealed class GameObject : Object
    {
        internal readonly List<Component> Components = new List<Component>();

        public GameObject(string name)
        {
            this.name = name;
            transform = new Transform { gameObject = this };
        }

        public Transform transform { get; }

        public static GameObject CreatePrimitive(PrimitiveType type)
        {
            return new GameObject(type.ToString());
        }

        public T AddComponent<T>() where T : Component, new()
        {
            var made = new T { gameObject = this };
            Components.Add(made);
            return made;
        }

        public T GetComponent<T>() where T : class
        {
            foreach (Component one in Components)
            {
                var found = one as T;
                if (found != null)
                {
                    return found;
                }
            }
            return null;
        }

        public T GetComponentInChildren<T>() where T : class
        {
            return transform.GetComponentInChildren<T>();
        }
    }

    public enum PrimitiveType
    {
        Sphere,
        Cube = 3,
    }

    public sealed class Mesh : Object
    {
        public readonly List<string> Shapes = new List<string>();

        /// <summary>100 in Unity's own importers.</summary>
        public float Whole = 100f;

        public int blendShapeCount
        {
            get { return Shapes.Count; }
        }

        public string GetBlendShapeName(int at)
        {
            return Shapes[at];
        }

        public int GetBlendShapeFrameCount(int at)
        {
            return 1;
        }

        public float GetBlendShapeFrameWeight(int at, int frame)
        {
            return Whole;
        }
    }

    public sealed class SkinnedMeshRenderer : Component
    {
        private readonly Dictionary<int, float> weights = new Dictionary<int, float>();

        public Mesh sharedMesh { get; set; }

        public float GetBlendShapeWeight(int at)
        {
            float value;
            return weights.TryGetValue(at, out value) ? value : 0f;
        }

        public void SetBlendShapeWeight(int at, float value)
        {
            if (at < 0 || at >= sharedMesh.blendShapeCount)
            {
                throw new ArgumentOutOfRangeException(nameof(at));
            }
            weights[at] = value;
        }
    }

    public enum HumanBodyBones
    {
        Spine,
        Chest,
        UpperChest,
        Neck,
        Head,
        LeftShoulder,
        RightShoulder,
        LeftEye,
        RightEye,
        Jaw,
    }

    public sealed class Animator : Behaviour
    {
        public readonly Dictionary<HumanBodyBones, Transform> Human =
            new Dictionary<HumanBodyBones, Transform>();

        public bool isHuman
        {
            get { return Human.Count > 0; }
        }

        public Transform GetBoneTransform(HumanBodyBones bone)
        {
            Transform found;
            return Human.TryGetValue(bone, out found) ? found : null;
        }
    }
}
