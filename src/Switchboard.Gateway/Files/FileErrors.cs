using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Files;

/// <summary>What callers are told about files.</summary>
public static class FileErrors
{
    /// <summary>400: there is no file in the form.</summary>
    internal static GatewayError NoFile { get; } = RequestFaults.Missing("file", "a file");

    /// <summary>400: two are in it.</summary>
    internal static GatewayError TwoFiles { get; } = RequestFaults.Twice("file");

    /// <summary>404: there is none of that id, or it is another's.</summary>
    public static GatewayError NotFound(string id) =>
        new(404, new ErrorBody($"No such file: '{RequestFaults.Shorten(id)}'.", ErrorTypes.InvalidRequest, "id", "file_not_found"));

    /// <summary>413.</summary>
    public static GatewayError TooLarge(int megabytes) =>
        new(413, new ErrorBody($"The file is larger than the limit of {megabytes} MB (files.max_mb).", ErrorTypes.InvalidRequest, "file", "file_too_large"));

    /// <summary>503: the disk fails or is full.</summary>
    public static GatewayError NotKept { get; } =
        new(503, new ErrorBody("The file could not be kept. Try again in a moment.", ErrorTypes.Overloaded, null, "files_unavailable"), TimeSpan.FromSeconds(5));

    /// <summary>400: the purpose is none.</summary>
    internal static GatewayError Purpose(string? purpose) => purpose is null
        ? RequestFaults.Missing("purpose", $"one of {FilePurposes.Known}")
        : RequestFaults.Value("purpose", $"one of {FilePurposes.Known}", $"'{RequestFaults.Shorten(purpose)}'");
}
