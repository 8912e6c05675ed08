using System.Text.Json;

namespace Switchboard.Gateway.Batches;

/// <summary>Batches as OpenAI's API shows them.</summary>
public static class BatchJson
{
    /// <summary>Writes a batch.</summary>
    public static void Write(Utf8JsonWriter json, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(batch);
        json.WriteStartObject();
        json.WriteString("id"u8, batch.Id);
        json.WriteString("object"u8, "batch"u8);
        json.WriteString("endpoint"u8, batch.Endpoint);
        WriteErrors(json, batch.Errors);
        json.WriteString("input_file_id"u8, batch.InputFileId);
        json.WriteString("completion_window"u8, BatchRequest.Window);
        json.WriteString("status"u8, batch.Status);

        // What is being made can be gone to when it is there.
        json.WriteString("output_file_id"u8, batch.IsOver ? batch.OutputFileId : null);
        json.WriteString("error_file_id"u8, batch.IsOver ? batch.ErrorFileId : null);
        WriteTime(json, "created_at"u8, batch.CreatedAt);
        WriteTime(json, "in_progress_at"u8, batch.InProgressAt);
        WriteTime(json, "expires_at"u8, batch.ExpiresAt);
        WriteTime(json, "finalizing_at"u8, batch.FinalizingAt);
        WriteTime(json, "completed_at"u8, batch.State == BatchState.Completed ? batch.EndedAt : null);
        WriteTime(json, "failed_at"u8, batch.State == BatchState.Failed ? batch.EndedAt : null);
        WriteTime(json, "expired_at"u8, batch.State == BatchState.Expired ? batch.EndedAt : null);
        WriteTime(json, "cancelling_at"u8, batch.CancellingAt);
        WriteTime(json, "cancelled_at"u8, batch.State == BatchState.Cancelled ? batch.EndedAt : null);
        json.WriteStartObject("request_counts"u8);
        json.WriteNumber("total"u8, batch.Total);
        json.WriteNumber("completed"u8, batch.Completed);
        json.WriteNumber("failed"u8, batch.Failed);
        json.WriteEndObject();
        json.WritePropertyName("metadata"u8);
        json.WriteRawValue(batch.Metadata ?? "null");
        json.WriteEndObject();
    }

    private static void WriteErrors(Utf8JsonWriter json, string? errors)
    {
        if (errors is null)
        {
            json.WriteNull("errors"u8);
            return;
        }

        json.WriteStartObject("errors"u8);
        json.WriteString("object"u8, "list"u8);
        json.WritePropertyName("data"u8);
        json.WriteRawValue(errors);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            json.WriteNumber(name, known.ToUnixTimeSeconds());
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
