using System.Collections.Generic;

namespace Facewire
{
    /// <summary>
    /// Hands faces from the thread that receives to the thread that shows. Both may
    /// call everything here; a call takes microseconds.
    /// </summary>
    public sealed class FaceStore
    {
        /// <summary>Actors of one stream; more are refused.</summary>
        public const int MaxSubjects = 16;

        private readonly object gate = new object();
        private readonly List<SubjectFrames> subjects = new List<SubjectFrames>();
        private Playback playback;
        private long late;

        /// <summary>How faces will be played; a change forgets the waiting ones.</summary>
        public Playback Playback
        {
            get
            {
                return playback;
            }

            set
            {
                lock (gate)
                {
                    if (playback != value)
                    {
                        playback = value;
                        for (int i = 0; i < subjects.Count; i++)
                        {
                            subjects[i].Forget();
                        }
                    }
                }
            }
        }

        /// <summary>Take a frame that arrived.</summary>
        /// <returns>False if there is no room for another actor.</returns>
        public bool Take(FaceFrame frame, long nowNs)
        {
            lock (gate)
            {
                SubjectFrames subject = null;
                for (int i = 0; i < subjects.Count && subject == null; i++)
                {
                    subject = subjects[i].Is(frame) ? subjects[i] : null;
                }
                if (subject == null)
                {
                    if (subjects.Count == MaxSubjects)
                    {
                        return false;
                    }
                    subject = new SubjectFrames(frame);
                    subjects.Add(subject);
                }
                if (!subject.Take(frame, playback, nowNs))
                {
                    late++;
                }
                return true;
            }
        }

        /// <summary>Give the face to show now.</summary>
        /// <param name="name">The actor; empty for the first one that was seen.</param>
        /// <param name="nowNs">Now, as <see cref="Clock.NowNs"/>.</param>
        /// <param name="delayNs">How long faces wait, unless the newest one is shown.
        /// </param>
        /// <param name="into">Becomes that face.</param>
        /// <param name="arrivalNs">When the newest face of this actor arrived.</param>
        /// <returns>False if no face of this actor has arrived.</returns>
        public bool Show(
            string name, long nowNs, long delayNs, FaceFrame into, out long arrivalNs)
        {
            lock (gate)
            {
                SubjectFrames subject = Find(name);
                arrivalNs = subject == null ? 0 : subject.ArrivalNs;
                if (subject == null)
                {
                    return false;
                }
                if (playback == Playback.Newest)
                {
                    subject.Newest(into);
                }
                else
                {
                    subject.Due(nowNs, delayNs, into);
                }
                return true;
            }
        }

        /// <summary>Give the face of a timecode, for <see cref="Playback.Timecode"/>.
        /// </summary>
        /// <param name="name">The actor; empty for the first one that was seen.</param>
        /// <param name="seconds">Seconds since midnight.</param>
        /// <param name="into">Becomes that face, or the nearest one that is kept.</param>
        /// <param name="arrivalNs">When the newest face of this actor arrived.</param>
        /// <returns>False if no face of this actor has arrived.</returns>
        public bool ShowTimecode(
            string name, double seconds, FaceFrame into, out long arrivalNs)
        {
            lock (gate)
            {
                SubjectFrames subject = Find(name);
                arrivalNs = subject == null ? 0 : subject.ArrivalNs;
                if (subject == null)
                {
                    return false;
                }
                subject.At((long)(seconds * 1e9), into);
                return true;
            }
        }

        /// <summary>The name and the rate of an actor, for people.</summary>
        /// <param name="at">From 0; actors keep their places.</param>
        /// <param name="name">The actor's name.</param>
        /// <param name="rateHz">Frames a second.</param>
        /// <returns>False if there are not so many.</returns>
        public bool Subject(int at, out string name, out double rateHz)
        {
            lock (gate)
            {
                bool there = at >= 0 && at < subjects.Count;
                name = there ? subjects[at].Name : null;
                rateHz = there ? subjects[at].RateHz : 0.0;
                return there;
            }
        }

        /// <summary>Add what the actors know to the statistics.</summary>
        public void Count(ref Statistics into)
        {
            lock (gate)
            {
                into.Late = late;
                into.Lost = 0;
                for (int i = 0; i < subjects.Count; i++)
                {
                    into.Lost += subjects[i].Lost;
                }
            }
        }

        private SubjectFrames Find(string name)
        {
            for (int i = 0; i < subjects.Count; i++)
            {
                if (string.IsNullOrEmpty(name) || subjects[i].Name == name)
                {
                    return subjects[i];
                }
            }
            return null;
        }
    }
}
