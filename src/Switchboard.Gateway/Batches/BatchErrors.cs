using System.Text.Json;
using Switchboard.Gateway.Files;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Batches;

/// <summary>What callers are told about batches.</summary>
public static class BatchErrors
{
    /// <summary>404: there is none of that id, or it is another's.</summary>
    public static GatewayError NotFound(string id) =>
        new(404, new ErrorBody($"No batch found with id '{RequestFaults.Shorten(id)}'.", ErrorTypes.InvalidRequest, "id", "batch_not_found"));

    /// <summary>409: it is over, or about to be.</summary>
    public static GatewayError NotCancelled(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return new(409, new ErrorBody($"A batch that is {batch.Status} cannot be cancelled.", ErrorTypes.InvalidRequest, null, "batch_not_cancellable"));
    }

    /// <summary>400: the file is for something else.</summary>
    public static GatewayError WrongPurpose(StoredFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return RequestFaults.Value("input_file_id", "a file whose purpose is batch", $"one whose purpose is {file.Purpose}");
    }

    /// <summary>400: the file is too long for a batch.</summary>
    public static GatewayError FileTooLong(StoredFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return RequestFaults.Value("input_file_id", $"a file of at most {BatchRequest.LongestFile / 1024 / 1024} MB", $"one of {file.Bytes} bytes");
    }

    /// <summary>400: the caller has no such file.</summary>
    public static GatewayError NoFile(string id) =>
        GatewayError.InvalidRequest($"No such file: '{RequestFaults.Shorten(id)}'. Upload it to POST /v1/files first, with the purpose batch.", "input_file_id", "file_not_found");
}

/// <summary>What is wrong with a line, or with the whole (line null).</summary>
/// <param name="Code">A word for it.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Param">The member at fault; null for none.</param>
/// <param name="Line">The line, from 1; null for the whole.</param>
internal readonly record struct BatchFault(string Code, string Message, string? Param = null, int? Line = null)
{
    /// <summary>The most that are told.</summary>
    public const int Most = 1000;

    /// <summary>Several as a JSON array.</summary>
    public static string ToJson(params IEnumerable<BatchFault> faults)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartArray();
            foreach (var fault in faults)
            {
                json.WriteStartObject();
                json.WriteString("code"u8, fault.Code);
                json.WriteString("message"u8, fault.Message);
                json.WriteString("param"u8, fault.Param);
                if (fault.Line is { } line)
                {
                    json.WriteNumber("line"u8, line);
                }
                else
                {
                    json.WriteNull("line"u8);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }
}
