using System.Buffers;
using System.Globalization;
using System.Text;
using Switchboard.Gateway.Accounting;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>Rows of the ledger as CSV (RFC 4180).</summary>
internal static class LedgerCsv
{
    private const string Head =
        "id,at,request_id,key,project,team,user,operation,model,provider,deployment,prompt_tokens,cached_tokens,cache_written_tokens,prompt_audio_tokens,prompt_image_tokens,completion_tokens,reasoning_tokens,completion_audio_tokens,completion_image_tokens,images,seconds,characters,searches,estimated,cost,cached,stream,attempts,outcome,status,error,duration_ms,first_byte_ms\r\n";

    /// <summary>Writes the names of the columns.</summary>
    public static void WriteHead(IBufferWriter<byte> output) => Encoding.UTF8.GetBytes(Head, output);

    /// <summary>Writes a row.</summary>
    public static void Write(IBufferWriter<byte> output, LedgerRow row)
    {
        string?[] texts = [row.Id.ToString("N"), row.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture), row.RequestId, row.Key, row.Project, row.Team, row.User, row.Operation, row.Model, row.Provider, row.Deployment];
        var (usage, units) = (row.Usage, row.Units);
        var numbers = string.Create(
            CultureInfo.InvariantCulture,
            $"{usage.Prompt},{usage.Cached},{usage.CacheWritten},{usage.PromptAudio},{usage.PromptImage},{usage.Completion},{usage.Reasoning},{usage.CompletionAudio},{usage.CompletionImage},{units.Images},{units.Seconds},{units.Characters},{units.Searches}");
        var cost = row.Cost is { } nano ? DollarText.Of(nano) : "";
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{string.Join(',', texts.Select(CsvCell.Of))},{numbers},{Truth(row.IsEstimated)},{cost},{Truth(row.IsCached)},{Truth(row.IsStream)},{row.Attempts},{UsageJson.NameOf(row.Outcome)},{row.Status},{CsvCell.Of(row.Error)},{row.Duration.TotalMilliseconds:0.###},{row.FirstByte?.TotalMilliseconds:0.###}\r\n");
        Encoding.UTF8.GetBytes(line, output);
    }

    private static string Truth(bool truth) => truth ? "true" : "false";
}
