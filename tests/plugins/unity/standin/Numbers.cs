// Our own stand-in of the few types of Unity that the package uses, written from
// Unity's public scripting reference. It is no part of the package.
using System;

namespace UnityEngine
{
    public struct Vector3
    {
        public float x;
        public float y;
        public float z;

        public Vector3(float x, float y, float z)
        {
            this.x = x;
            this.y = y;
            this.z = z;
        }

        public static Vector3 zero
        {
            get { return new Vector3(0f, 0f, 0f); }
        }
    }

    public struct Quaternion
    {
        public float x;
        public float y;
        public float z;
        public float w;

        public Quaternion(float x, float y, float z, float w)
        {
            this.x = x;
            this.y = y;
            this.z = z;
            this.w = w;
        }

        public static Quaternion identity
        {
            get { return new Quaternion(0f, 0f, 0f, 1f); }
        }

        public static Quaternion Inverse(Quaternion q)
        {
            return new Quaternion(-q.x, -q.y, -q.z, q.w);
        }

        public static Quaternion operator *(Quaternion a, Quaternion b)
        {
            return new Quaternion(
                a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
                a.w * b.y + a.y * b.w + a.z * b.x - a.x * b.z,
                a.w * b.z + a.z * b.w + a.x * b.y - a.y * b.x,
                a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z);
        }

        public static Vector3 operator *(Quaternion q, Vector3 v)
        {
            Quaternion at = q * new Quaternion(v.x, v.y, v.z, 0f) * Inverse(q);
            return new Vector3(at.x, at.y, at.z);
        }
    }

    public struct Rect
    {
        public float width;
    }

    public struct Color
    {
    }

    public static class Mathf
    {
        public static float Min(float a, float b)
        {
            return Math.Min(a, b);
        }

        public static float Max(float a, float b)
        {
            return Math.Max(a, b);
        }

        public static float Clamp(float value, float low, float high)
        {
            return value < low ? low : value > high ? high : value;
        }

        public static float MoveTowards(float from, float to, float most)
        {
            return Math.Abs(to - from) <= most ? to : from + Math.Sign(to - from) * most;
        }
    }

    public static class Time
    {
        public static float deltaTime { get; set; }
    }

    public static class Application
    {
        public static bool isPlaying { get; set; }
    }
}
