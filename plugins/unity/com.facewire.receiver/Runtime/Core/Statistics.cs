namespace Facewire
{
    /// <summary>What has arrived since a stream was opened.</summary>
    public struct Statistics
    {
        /// <summary>Datagrams or messages of any kind.</summary>
        public long Messages;

        /// <summary>Faces that were taken.</summary>
        public long Frames;

        /// <summary>Messages that could not be used; <see cref="FaceStream.Problem"/>
        /// says why the last one was refused.</summary>
        public long Refused;

        /// <summary>Faces that were sent and did not arrive.</summary>
        public long Lost;

        /// <summary>Faces that arrived twice, or after newer ones.</summary>
        public long Late;

        /// <summary>How often a connection was made.</summary>
        public long Connections;
    }
}
