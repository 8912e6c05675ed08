using System.Text;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>The numbers of an instrument for one set of labels.</summary>
/// <param name="labels">The labels as text.</param>
/// <param name="tags">The tags they are made of; none for the series of what is too much.</param>
internal abstract class MetricSeries(string labels, KeyValuePair<string, object?>[] tags)
{
    /// <summary>The labels as they are written.</summary>
    public string Labels => labels;

    /// <summary>True where it takes what is beyond the most that an instrument may have.</summary>
    public bool IsOverflow => labels == MetricLabels.Overflow;

    /// <summary>What a line of it begins with, made once: <c>name{labels,</c> where a label follows, else <c>name{labels} </c>.</summary>
    /// <param name="name">The name of the sample.</param>
    /// <param name="labels">The labels; empty for none.</param>
    /// <param name="isGoingOn">Whether a label follows.</param>
    public static byte[] LineOf(string name, string labels, bool isGoingOn = false) => Encoding.UTF8.GetBytes(
        isGoingOn ? labels.Length > 0 ? $"{name}{{{labels}," : $"{name}{{"
        : labels.Length > 0 ? $"{name}{{{labels}}} " : $"{name} ");

    /// <summary>The value of a tag; null where it has none of that name.</summary>
    public object? this[string tag]
    {
        get
        {
            foreach (var (name, value) in tags)
            {
                if (name == tag)
                {
                    return value;
                }
            }

            return null;
        }
    }
}
