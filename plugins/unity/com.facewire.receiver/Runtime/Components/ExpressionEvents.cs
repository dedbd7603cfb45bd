using System;
using System.Collections.Generic;
using UnityEngine;
using UnityEngine.Events;

namespace Facewire
{
    /// <summary>Tells other components when an actor begins and ends an expression.
    /// </summary>
    [AddComponentMenu("Facewire/Expression Events")]
    public sealed class ExpressionEvents : MonoBehaviour
    {
        /// <summary>One expression and who is told.</summary>
        [Serializable]
        public sealed class Watch
        {
            [SerializeField] private Expression expression = Expression.Happiness;

            [Tooltip("Begins when the probability has been at least this.")]
            [SerializeField] [Range(0f, 1f)] private float enter = 0.6f;

            [Tooltip("Ends when it has been below this; keep it below the other.")]
            [SerializeField] [Range(0f, 1f)] private float leave = 0.4f;

            [Tooltip("For so many seconds.")]
            [SerializeField] [Range(0f, 2f)] private float hold = 0.15f;

            [SerializeField] private UnityEvent entered = new UnityEvent();
            [SerializeField] private UnityEvent left = new UnityEvent();

            private float waited;

            /// <summary>True from beginning to end.</summary>
            public bool Active { get; private set; }

            /// <summary>Called when the expression begins.</summary>
            public UnityEvent Entered
            {
                get { return entered; }
            }

            /// <summary>Called when it ends.</summary>
            public UnityEvent Left
            {
                get { return left; }
            }

            /// <summary>Which expression is watched.</summary>
            public Expression Expression
            {
                get { return expression; }
                set { expression = value; }
            }

            /// <summary>Follow the probability.</summary>
            /// <param name="probability">0 to 1.</param>
            /// <param name="seconds">Since the last call.</param>
            internal void Follow(float probability, float seconds)
            {
                bool change = Active ? probability < leave : probability >= enter;
                waited = change ? waited + seconds : 0f;
                if (!change || waited < hold)
                {
                    return;
                }
                waited = 0f;
                Active = !Active;
                (Active ? entered : left).Invoke();
            }
        }

        [Tooltip("Empty: the receiver on this object or above it.")]
        [SerializeField] private FacewireReceiver receiver;

        [SerializeField] private List<Watch> watches = new List<Watch>();

        /// <summary>What is watched.</summary>
        public List<Watch> Watches
        {
            get { return watches; }
        }

        private void OnEnable()
        {
            if (receiver == null)
            {
                receiver = GetComponentInParent<FacewireReceiver>();
            }
        }

        private void Update()
        {
            if (receiver == null)
            {
                return;
            }
            // An actor who is away shows nothing.
            bool there = receiver.HasFrame && receiver.Presence > 0f;
            for (int i = 0; i < watches.Count; i++)
            {
                float shown = there ? receiver.Frame.Expression[(int)watches[i].Expression] : 0f;
                watches[i].Follow(shown, Time.deltaTime);
            }
        }
    }
}
