using System;
using System.Collections.Generic;
using UnityEngine;

namespace Facewire
{
    /// <summary>What moves a character's blend shapes, written by hand. It wins over
    /// the names.</summary>
    [CreateAssetMenu(menuName = "Facewire/Face Mapping", fileName = "Face Mapping")]
    public sealed class FaceMapping : ScriptableObject
    {
        /// <summary>One line: a source and the shape that it moves.</summary>
        [Serializable]
        public sealed class Row
        {
            [Tooltip("An ARKit curve such as jawOpen, or blink, aa, ih, ou, ee, oh.")]
            [SerializeField] private string source = "jawOpen";

            [Tooltip("The blend shape; empty: this source moves nothing.")]
            [SerializeField] private string shape = string.Empty;

            [Tooltip("The shape's value is this times the source's.")]
            [SerializeField] private float gain = 1f;

            [Tooltip("The least value; -1 for a shape that goes both ways.")]
            [SerializeField] [Range(-1f, 1f)] private float low;

            [Tooltip("The greatest value; 1 is the whole shape.")]
            [SerializeField] [Range(-1f, 1.5f)] private float high = 1f;

            /// <summary>Make an empty line.</summary>
            public Row()
            {
            }

            /// <summary>Make the line of a drive.</summary>
            public Row(ShapeDrive drive)
            {
                source = CurveSources.Name(drive.Source);
                shape = drive.Shape;
                gain = drive.Gain;
                low = drive.Low;
                high = drive.High;
            }

            /// <summary>The source's name.</summary>
            public string Source
            {
                get { return source; }
            }

            /// <summary>Return the drive of this line; null if it moves nothing.
            /// </summary>
            public ShapeDrive Drive()
            {
                int place = CurveSources.Place(source.Trim());
                if (place < 0 || string.IsNullOrEmpty(shape))
                {
                    return null;
                }
                return new ShapeDrive
                {
                    Source = place,
                    Shape = shape,
                    Gain = gain,
                    Low = low,
                    High = high,
                };
            }
        }

        [Tooltip("True: only these lines. False: sources without a line go by names.")]
        [SerializeField] private bool onlyThese;

        [SerializeField] private List<Row> rows = new List<Row>();

        /// <summary>The lines.</summary>
        public List<Row> Rows
        {
            get { return rows; }
        }

        /// <summary>Replace drives that names gave by those of the lines.</summary>
        /// <param name="drives">Of a character, by its names; changed.</param>
        /// <returns>The first line that cannot be used, in words; null if all can.
        /// </returns>
        public string Apply(List<ShapeDrive> drives)
        {
            string problem = null;
            var named = new HashSet<int>();
            foreach (Row row in rows)
            {
                int place = CurveSources.Place(row.Source.Trim());
                named.Add(place);
                if (place < 0 && problem == null)
                {
                    problem = "mapping " + name + ": no source " + row.Source
                        + "; expected an ARKit curve such as jawOpen, or a vowel such as aa";
                }
            }
            drives.RemoveAll(drive => onlyThese || named.Contains(drive.Source));
            foreach (Row row in rows)
            {
                ShapeDrive drive = row.Drive();
                if (drive != null)
                {
                    drives.Add(drive);
                }
            }
            ShapeDrives.Split(drives);
            return problem;
        }
    }
}
