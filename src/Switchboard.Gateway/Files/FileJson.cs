using System.Text.Json;

namespace Switchboard.Gateway.Files;

/// <summary>Files as OpenAI's API shows them.</summary>
public static class FileJson
{
    /// <summary>Writes a file.</summary>
    public static void Write(Utf8JsonWriter json, StoredFile file)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(file);
        json.WriteStartObject();
        json.WriteString("id"u8, file.Id);
        json.WriteString("object"u8, "file"u8);
        json.WriteNumber("bytes"u8, file.Bytes);
        json.WriteNumber("created_at"u8, file.CreatedAt.ToUnixTimeSeconds());
        if (file.ExpiresAt is { } expires)
        {
            json.WriteNumber("expires_at"u8, expires.ToUnixTimeSeconds());
        }

        json.WriteString("filename"u8, file.Name);
        json.WriteString("purpose"u8, file.Purpose);
        json.WriteString("status"u8, "processed"u8);
        json.WriteEndObject();
    }

    /// <summary>Writes that a file is deleted.</summary>
    public static void WriteDeleted(Utf8JsonWriter json, string id)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("object"u8, "file"u8);
        json.WriteBoolean("deleted"u8, true);
        json.WriteEndObject();
    }
}
