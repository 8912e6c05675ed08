using Switchboard.Protocol.Multipart;

namespace Switchboard.Client.VectorStores;

/// <summary>Some of several files could not be uploaded. All were tried; nothing was added to the vector store.</summary>
public sealed class FileUploadsException : ApiException
{
    internal FileUploadsException(IReadOnlyList<(UploadFile File, Exception Fault)> failures, IReadOnlyList<string> uploadedFileIds)
        : base($"{failures.Count} of {failures.Count + uploadedFileIds.Count} files could not be uploaded. {string.Join(' ', failures.Take(3).Select(failure => $"'{failure.File.FileName}': {failure.Fault.Message}"))}", failures[0].Fault)
    {
        Failures = failures;
        UploadedFileIds = uploadedFileIds;
    }

    /// <summary>The files that failed, and why.</summary>
    public IReadOnlyList<(UploadFile File, Exception Fault)> Failures { get; }

    /// <summary>Ids of the files that were uploaded, in their order: to go on with (<see cref="VectorStoreUploadOptions.FileIds"/>), or to delete.</summary>
    public IReadOnlyList<string> UploadedFileIds { get; }

    /// <inheritdoc/>
    public override bool IsTransient => Failures.All(failure => failure.Fault is ApiException { IsTransient: true });
}
