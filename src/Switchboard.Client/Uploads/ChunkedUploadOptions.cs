using Switchboard.Protocol.Files;

namespace Switchboard.Client.Uploads;

/// <summary>How a large file is uploaded in parts.</summary>
public sealed record ChunkedUploadOptions
{
    /// <summary>The most that a part may have, by the API's rule: 64 MiB.</summary>
    public const int MaxPartBytes = 64 * 1024 * 1024;

    /// <summary>The most that a file may have, by the API's rule: 8 GiB.</summary>
    public const long MaxFileBytes = 8L * 1024 * 1024 * 1024;

    /// <summary>The size of a part in bytes, from 1 to <see cref="MaxPartBytes"/>, which is the default. An upload that is resumed keeps its own.</summary>
    public int PartBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(PartBytes));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxPartBytes, nameof(PartBytes));
            field = value;
        }
    }
    = MaxPartBytes;

    /// <summary>How many parts are sent at the same time; 4 by default.</summary>
    public int Parallelism
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Parallelism));
            field = value;
        }
    }
    = 4;

    /// <summary>Is told after each part.</summary>
    public IProgress<UploadProgress>? Progress { get; init; }

    /// <summary>The file's MD5 in hexadecimal, for the server to check what it got.</summary>
    public string? Md5 { get; init; }

    /// <summary>When the finished file expires; by the server's rule when null.</summary>
    public FileExpiration? ExpiresAfter { get; init; }

    /// <summary>
    /// Is given the state of the upload when it has begun and after each part, one call at a time: save it
    /// (<see cref="ResumableUpload.ToJson"/>) to go on from there another time. With it, an upload that fails is not cancelled.
    /// </summary>
    public Func<ResumableUpload, CancellationToken, ValueTask>? Checkpoint { get; init; }

    /// <summary>The state of an upload that is to go on, with the same file. One that fails again is not cancelled.</summary>
    public ResumableUpload? Resume { get; init; }
}
