using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.Secrecy;

/// <summary>All that comes out of a gateway: answers, logs, spans, measurements, and whatever is added.</summary>
internal sealed class Seen : IDisposable
{
    private readonly ConcurrentQueue<(string Where, string Text)> _texts = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();

    public Seen()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Note,
        };
        ActivitySource.AddActivityListener(_activities);
        _meters.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        Listen<byte>();
        Listen<short>();
        Listen<int>();
        Listen<long>();
        Listen<float>();
        Listen<double>();
        Listen<decimal>();
        _meters.Start();
    }

    public LogLines Logs { get; } = new();

    public int Count(string where) => _texts.Count(text => text.Where == where);

    public void Add(string where, string text) => _texts.Enqueue((where, text));

    /// <summary>Notes an answer, its head and its body.</summary>
    public async Task<int> AddAsync(string what, HttpResponseMessage answer)
    {
        Add($"answer to {what}", $"{(int)answer.StatusCode} {answer.ReasonPhrase}\n{answer.Headers}{answer.Content.Headers}{answer.TrailingHeaders}");
        Add($"answer to {what}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (int)answer.StatusCode;
    }

    /// <summary>Where values are, in any of the ways in which they could be written; each place once.</summary>
    public IReadOnlyList<string> Find(IReadOnlyDictionary<string, string> planted)
    {
        var found = new List<string>();
        foreach (var (where, text) in _texts.Concat(Logs.All.Select(line => ("log", line))))
        {
            foreach (var (name, value) in planted)
            {
                var bytes = Encoding.UTF8.GetBytes(value);
                foreach (var form in (string[])[value, Convert.ToHexString(bytes), Convert.ToBase64String(bytes).TrimEnd('=')])
                {
                    if (text.IndexOf(form, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
                    {
                        found.Add($"{name} in {where}: …{text[Math.Max(0, at - 100)..Math.Min(text.Length, at + form.Length + 30)]}…");
                    }
                }
            }
        }

        return [.. found.Distinct()];
    }

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
    }

    private void Note(Activity activity)
    {
        var tags = string.Join(", ", activity.TagObjects);
        var events = string.Join(", ", activity.Events.Select(one => $"{one.Name} {string.Join(", ", one.Tags)}"));
        Add("trace", $"{activity.Source.Name} {activity.DisplayName} {activity.StatusDescription} [{tags}] [{events}] [{string.Join(", ", activity.Baggage)}]");
    }

    private void Listen<T>()
        where T : struct =>
        _meters.SetMeasurementEventCallback<T>((instrument, _, tags, _) => Add("metric", $"{instrument.Name} {string.Join(", ", tags.ToArray())}"));
}
