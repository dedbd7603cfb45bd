using System;
using System.Collections.Generic;
using UnityEngine;
using UnityEngine.Events;

namespace Facewire
{
    /// <summary>Tells other components when an actor begins and ends an expression, and
    /// how long it has been held.</summary>
    [AddComponentMenu("Facewire/Expression Events")]
    public sealed class ExpressionEvents : MonoBehaviour
    {
        /// <summary>One expression and who is told.</summary>
        [Serializable]
        public sealed class Watch
        {
            [SerializeField] private Expression expression = Expression.Happiness;

            [Tooltip("By thresholds: begins when the probability has been at least this.")]
            [SerializeField] [Range(0f, 1f)] private float enter = 0.6f;

            [Tooltip("By thresholds: ends when it has been below this; keep it below the "
                + "other.")]
            [SerializeField] [Range(0f, 1f)] private float leave = 0.4f;

            [Tooltip("By thresholds: for so many seconds.")]
            [SerializeField] [Range(0f, 2f)] private float hold = 0.15f;

            [SerializeField] private UnityEvent entered = new UnityEvent();

            [Tooltip("In each later frame, with the seconds since it began.")]
            [SerializeField] private UnityEvent<float> holding = new UnityEvent<float>();

            [SerializeField] private UnityEvent left = new UnityEvent();

            private float waited;

            /// <summary>True from beginning to end.</summary>
            public bool Active { get; private set; }

            /// <summary>Seconds since the expression began, of the game's time; 0 while it
            /// is not held. While <see cref="Left"/> is called, how long it was held.
            /// </summary>
            public float HeldSeconds { get; private set; }

            /// <summary>Called when the expression begins.</summary>
            public UnityEvent Entered
            {
                get { return entered; }
            }

            /// <summary>Called in each later frame until it ends, with
            /// <see cref="HeldSeconds"/>.</summary>
            public UnityEvent<float> Holding
            {
                get { return holding; }
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

            /// <summary>Follow a face.</summary>
            /// <param name="shown">The face to show now; null if the actor is away.</param>
            /// <param name="rule">Who says when the expression begins and ends.</param>
            /// <param name="seconds">Since the last call.</param>
            internal void Follow(FaceFrame shown, ExpressionRule rule, float seconds)
            {
                bool change;
                if (shown != null && rule == ExpressionRule.Sender
                    && shown.Mood != FaceFrame.NoMood)
                {
                    // The sender has waited already.
                    waited = 0f;
                    change = Active != (shown.Mood == (int)expression);
                }
                else
                {
                    // An actor who is away shows nothing.
                    change = Passes(
                        shown == null ? 0f : shown.Expression[(int)expression], seconds);
                }
                HeldSeconds = Active ? HeldSeconds + seconds : 0f;
                if (change)
                {
                    Change();
                }
                else if (Active)
                {
                    holding.Invoke(HeldSeconds);
                }
            }

            private bool Passes(float probability, float seconds)
            {
                bool beyond = Active ? probability < leave : probability >= enter;
                waited = beyond ? waited + seconds : 0f;
                return beyond && waited >= hold;
            }

            private void Change()
            {
                waited = 0f;
                Active = !Active;
                (Active ? entered : left).Invoke();
                HeldSeconds = 0f;
            }
        }

        [Tooltip("Empty: the receiver on this object or above it.")]
        [SerializeField] private FacewireReceiver receiver;

        [Tooltip("Sender: facewire says which expression is held, by its settings under "
            + "[mood]; where it does not say, the thresholds. Thresholds: always those.")]
        [SerializeField] private ExpressionRule rule = ExpressionRule.Sender;

        [SerializeField] private List<Watch> watches = new List<Watch>();

        /// <summary>Who says when an expression begins and ends.</summary>
        public ExpressionRule Rule
        {
            get { return rule; }
            set { rule = value; }
        }

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
            bool there = receiver.HasFrame && receiver.Presence > 0f;
            FaceFrame shown = there ? receiver.Frame : null;
            for (int i = 0; i < watches.Count; i++)
            {
                watches[i].Follow(shown, rule, Time.deltaTime);
            }
        }
    }
}
