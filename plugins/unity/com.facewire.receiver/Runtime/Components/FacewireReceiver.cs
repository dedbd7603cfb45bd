using System;
using UnityEngine;

namespace Facewire
{
    /// <summary>Receives an actor's face. Put one into the scene for each actor.</summary>
    [AddComponentMenu("Facewire/Facewire Receiver")]
    [ExecuteAlways]
    [DefaultExecutionOrder(-100)]
    public sealed class FacewireReceiver : MonoBehaviour
    {
        [Tooltip("udp://127.0.0.1:5561 hears `--sink native`; tcp://127.0.0.1:5560 "
            + "subscribes to `--sink zmq`; osc://127.0.0.1:9050 hears `--sink osc`. "
            + "udp://0.0.0.0:5561 hears other machines too.")]
        [SerializeField] private string source = SourceAddress.Usual;

        [Tooltip("The actor's name in facewire; empty: the first one that is seen.")]
        [SerializeField] private string subject = string.Empty;

        [Tooltip("Newest: least delay. Buffered: even motion, after a fixed delay. "
            + "Timecode: as buffered, by timecode.")]
        [SerializeField] private Playback playback = Playback.Newest;

        [Tooltip("Seconds that faces wait, unless the newest one is shown.")]
        [SerializeField] [Range(0f, 0.5f)] private float delay = 0.05f;

        [Tooltip("Seconds without a face after which the character becomes neutral.")]
        [SerializeField] [Range(0.1f, 10f)] private float timeout = 1f;

        [Tooltip("Seconds that it takes to become neutral, and to come back.")]
        [SerializeField] [Range(0f, 2f)] private float fade = 0.3f;

        [Tooltip("Receive in the editor without Play too.")]
        [SerializeField] private bool previewInEditor = true;

        private readonly FaceFrame frame = new FaceFrame();
        private FaceStream stream;
        private string opened;
        private string mistake;
        private bool has;
        private float presence;
        private long shownNs;

        /// <summary>Seconds since midnight, of your own timecode; null to follow the
        /// sender's. It is asked once a frame while faces are played by timecode.
        /// </summary>
        public Func<double> TimecodeClock { get; set; }

        /// <summary>The face to show now. It is filled again every frame.</summary>
        public FaceFrame Frame
        {
            get { return frame; }
        }

        /// <summary>True once a face has arrived.</summary>
        public bool HasFrame
        {
            get { return has; }
        }

        /// <summary>1 while faces arrive; falls to 0 after the timeout.</summary>
        public float Presence
        {
            get { return presence; }
        }

        /// <summary>What has arrived since the source was opened.</summary>
        public Statistics Statistics
        {
            get { return stream == null ? default(Statistics) : stream.Statistics; }
        }

        /// <summary>What is wrong and what to do; null if nothing is.</summary>
        public string Problem
        {
            get { return mistake ?? (stream == null ? null : stream.Problem); }
        }

        /// <summary>How the source is.</summary>
        public StreamState State
        {
            get { return stream == null ? StreamState.Stopped : stream.State; }
        }

        /// <summary>Where faces come from; a new address is opened in the next frame.
        /// </summary>
        public string Source
        {
            get { return source; }
            set { source = value; }
        }

        /// <summary>The actor's name; empty for the first one that is seen.</summary>
        public string Subject
        {
            get { return subject; }
            set { subject = value; }
        }

        /// <summary>How faces are played.</summary>
        public Playback Playback
        {
            get { return playback; }
            set { playback = value; }
        }

        /// <summary>Name and rate of an actor on this stream, for lists.</summary>
        /// <param name="at">From 0.</param>
        /// <param name="name">The actor's name.</param>
        /// <param name="rateHz">Frames a second.</param>
        /// <returns>False if there are not so many.</returns>
        public bool TryGetSubject(int at, out string name, out double rateHz)
        {
            name = null;
            rateHz = 0.0;
            return stream != null && stream.Faces.Subject(at, out name, out rateHz);
        }

        private void OnEnable()
        {
#if UNITY_EDITOR
            UnityEditor.EditorApplication.update += Preview;
#endif
        }

        private void OnDisable()
        {
#if UNITY_EDITOR
            UnityEditor.EditorApplication.update -= Preview;
#endif
            // Before scripts are loaded again, too: the thread must not outlive them.
            Close();
        }

        private void Update()
        {
            bool wanted = Application.isPlaying || previewInEditor;
            if (!wanted || opened != source)
            {
                Close();
            }
            if (wanted && opened == null)
            {
                Open();
            }
            if (stream != null)
            {
                Show();
            }
        }

        private void Open()
        {
            opened = source;
            shownNs = Clock.NowNs;
            SourceAddress address;
            if (SourceAddress.TryParse(source, out address, out mistake))
            {
                stream = new FaceStream(address);
                stream.Start();
            }
        }

        private void Close()
        {
            if (stream != null)
            {
                stream.Dispose();
            }
            stream = null;
            opened = null;
            mistake = null;
            has = false;
            presence = 0f;
        }

        private void Show()
        {
            long nowNs = Clock.NowNs;
            long arrivalNs;
            stream.Faces.Playback = playback;
            bool own = playback == Playback.Timecode && TimecodeClock != null;
            has = own
                ? stream.Faces.ShowTimecode(subject, TimecodeClock(), frame, out arrivalNs)
                : stream.Faces.Show(subject, nowNs, (long)(delay * 1e9), frame, out arrivalNs);
            bool there = has && nowNs - arrivalNs < (long)(timeout * 1e9);
            float step = fade > 0f ? (float)((nowNs - shownNs) / 1e9 / fade) : 1f;
            presence = Mathf.MoveTowards(presence, there ? 1f : 0f, step);
            shownNs = nowNs;
        }

#if UNITY_EDITOR
        private void Preview()
        {
            // Without Play, Unity updates only what changes: ask for it.
            if (!Application.isPlaying && previewInEditor)
            {
                UnityEditor.EditorApplication.QueuePlayerLoopUpdate();
            }
        }
#endif
    }
}
