using System.Globalization;
using System.Text;
using Switchboard.Protocol.Audio;

namespace Switchboard.Client.Audio;

/// <summary>Text and subtitles of what was transcribed or translated.</summary>
public static class Subtitles
{
    /// <summary>The text of a transcription of any kind; empty when there is none.</summary>
    public static string GetText(this TranscriptionResult result) => result switch
    {
        Transcription { Text: var text } => text,
        VerboseTranscription { Text: var text } => text,
        DiarizedTranscription { Text: var text } => text,
        _ => "",
    };

    /// <summary>The text of a translation of any kind; empty when there is none.</summary>
    public static string GetText(this TranslationResult result) => result switch
    {
        Translation { Text: var text } => text,
        VerboseTranslation { Text: var text } => text,
        _ => "",
    };

    /// <summary>The segments as SubRip subtitles (<c>.srt</c>), those of several speakers with their names.</summary>
    /// <exception cref="InvalidOperationException">The result has no segments: ask for <c>verbose_json</c> or <c>diarized_json</c>.</exception>
    public static string ToSrt(this TranscriptionResult result) => Srt(SegmentsOf(result));

    /// <summary>The segments as SubRip subtitles (<c>.srt</c>).</summary>
    /// <exception cref="InvalidOperationException">The result has no segments: ask for <c>verbose_json</c>.</exception>
    public static string ToSrt(this TranslationResult result) => Srt(SegmentsOf(result));

    /// <summary>The segments as WebVTT subtitles (<c>.vtt</c>), those of several speakers with their names.</summary>
    /// <exception cref="InvalidOperationException">The result has no segments: ask for <c>verbose_json</c> or <c>diarized_json</c>.</exception>
    public static string ToVtt(this TranscriptionResult result) => Vtt(SegmentsOf(result));

    /// <summary>The segments as WebVTT subtitles (<c>.vtt</c>).</summary>
    /// <exception cref="InvalidOperationException">The result has no segments: ask for <c>verbose_json</c>.</exception>
    public static string ToVtt(this TranslationResult result) => Vtt(SegmentsOf(result));

    private static IEnumerable<Cue> SegmentsOf(TranscriptionResult result) => result switch
    {
        VerboseTranscription { Segments: { } segments } => segments.Select(Cue.Of),
        DiarizedTranscription { Segments: var segments } => segments.Select(segment => new Cue(segment.Start, segment.End, segment.Text, segment.Speaker)),
        _ => throw new InvalidOperationException("The transcription has no segments: ask for the format verbose_json or diarized_json."),
    };

    private static IEnumerable<Cue> SegmentsOf(TranslationResult result) => result is VerboseTranslation { Segments: { } segments }
        ? segments.Select(Cue.Of)
        : throw new InvalidOperationException("The translation has no segments: ask for the format verbose_json.");

    private static string Srt(IEnumerable<Cue> cues)
    {
        var text = new StringBuilder();
        foreach (var (index, cue) in cues.Index())
        {
            var speaker = cue.Speaker.Length > 0 ? cue.Speaker + ": " : "";
            text.Append(CultureInfo.InvariantCulture, $"{index + 1}\n{Time(cue.Start, ',')} --> {Time(cue.End, ',')}\n{speaker}{Lines(cue.Text)}\n\n");
        }

        return text.ToString();
    }

    private static string Vtt(IEnumerable<Cue> cues)
    {
        var text = new StringBuilder("WEBVTT\n\n");
        foreach (var cue in cues)
        {
            var speaker = cue.Speaker.Length > 0 ? $"<v {Escape(cue.Speaker)}>" : "";
            text.Append(CultureInfo.InvariantCulture, $"{Time(cue.Start, '.')} --> {Time(cue.End, '.')}\n{speaker}{Escape(Lines(cue.Text))}\n\n");
        }

        return text.ToString();
    }

    // An empty line would end the cue.
    private static string Lines(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Time(double seconds, char point)
    {
        var milliseconds = (long)Math.Round(Math.Clamp(seconds, 0, 3e6) * 1000);
        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 3_600_000:00}:{milliseconds / 60_000 % 60:00}:{milliseconds / 1000 % 60:00}{point}{milliseconds % 1000:000}");
    }

    private readonly record struct Cue(double Start, double End, string Text, string Speaker)
    {
        public static Cue Of(TranscriptionSegment segment) => new(segment.Start, segment.End, segment.Text, "");
    }
}
