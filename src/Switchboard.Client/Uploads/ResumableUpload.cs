using System.Text.Json;
using System.Text.Json.Serialization;

namespace Switchboard.Client.Uploads;

/// <summary>How far an upload in parts is: enough to go on with it in another process. It holds no secret but the upload's id.</summary>
public sealed record ResumableUpload
{
    /// <summary>Id of the upload.</summary>
    public required string UploadId { get; init; }

    /// <summary>The name of the file.</summary>
    public required string FileName { get; init; }

    /// <summary>The size of the file in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The size of each part but the last, in bytes.</summary>
    public required int PartBytes { get; init; }

    /// <summary>Until when the upload can be completed; null when the server did not say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The id of each part in the file's order; null for one that is not uploaded yet.</summary>
    public required IReadOnlyList<string?> PartIds { get; init; }

    /// <summary>The state as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ResumableUploadJson.Default.ResumableUpload);

    /// <summary>A state from its JSON.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ResumableUpload FromJson(string json) =>
        JsonSerializer.Deserialize(json, ResumableUploadJson.Default.ResumableUpload) ?? throw new JsonException("The state of an upload is not null.");
}

[JsonSerializable(typeof(ResumableUpload))]
internal sealed partial class ResumableUploadJson : JsonSerializerContext;
