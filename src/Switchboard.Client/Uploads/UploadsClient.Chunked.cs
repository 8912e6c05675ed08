using Switchboard.Client.Helpers;
using Switchboard.Protocol.Multipart;
using Switchboard.Protocol.Uploads;

namespace Switchboard.Client.Uploads;

public sealed partial class UploadsClient
{
    private static readonly TimeSpan s_cancelTime = TimeSpan.FromSeconds(10);

    /// <summary>Uploads a file on disk in parts. See <see cref="UploadFileAsync(UploadFile, UploadRequestPurpose, ChunkedUploadOptions?, CallOptions?, CancellationToken)"/>.</summary>
    /// <param name="path">Where the file is.</param>
    /// <param name="purpose">What the file is for.</param>
    /// <param name="chunks">The parts, progress and resumption; null for the defaults.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    public Task<ApiResult<Upload>> UploadFileAsync(string path, UploadRequestPurpose purpose, ChunkedUploadOptions? chunks = null, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        UploadFileAsync(UploadFile.FromPath(path), purpose, chunks, options, cancellationToken);

    /// <summary>Uploads a large file in parts, several at the same time, and joins them into a file: <see cref="Upload.File"/> of the result.</summary>
    /// <remarks>
    /// Files on disk and streams that can seek are read while they are sent. Of other streams, up to
    /// <see cref="ChunkedUploadOptions.Parallelism"/> parts are held in memory, so that each can be sent again. A part that fails is
    /// tried again as every call is. When the upload fails for good it is cancelled, unless it can be resumed.
    /// </remarks>
    /// <param name="file">The file. Its length has to be known.</param>
    /// <param name="purpose">What the file is for.</param>
    /// <param name="chunks">The parts, progress and resumption; null for the defaults.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    /// <exception cref="ArgumentException">The file is empty, larger than 8 GiB, of unknown length, or not the one whose upload is to go on.</exception>
    /// <exception cref="UploadExpiredException">The upload to go on with takes no more parts.</exception>
    /// <exception cref="ApiException">A call failed.</exception>
    /// <exception cref="IOException">The file cannot be read, or changed meanwhile.</exception>
    public async Task<ApiResult<Upload>> UploadFileAsync(UploadFile file, UploadRequestPurpose purpose, ChunkedUploadOptions? chunks = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        chunks ??= new ChunkedUploadOptions();
        var bytes = LengthOf(file);
        var state = chunks.Resume is { } resumed ? Checked(resumed, bytes) : await BeginAsync(file, bytes, purpose, chunks, options, cancellationToken).ConfigureAwait(false);
        using var upload = new ChunkedUpload(this, file, state, chunks, Polling.ForLooks(options));
        try
        {
            var ids = await upload.SendAsync(cancellationToken).ConfigureAwait(false);
            return await CompleteAsync(state.UploadId, new CompleteUploadRequest(ids) { Md5 = chunks.Md5 }, Polling.ForLooks(options), cancellationToken).ConfigureAwait(false);
        }
        catch (ApiStatusException fault) when (HasExpired(state) && fault.Status is >= 400 and < 500)
        {
            throw new UploadExpiredException(state.UploadId, state.ExpiresAt, fault);
        }
        catch when (chunks.Checkpoint is null && chunks.Resume is null)
        {
            await GiveUpAsync(state.UploadId, options).ConfigureAwait(false);
            throw;
        }
    }

    private static long LengthOf(UploadFile file) => file.Length switch
    {
        null => throw new ArgumentException($"The length of '{file.FileName}' is not known, and an upload has to say it at its start: give it to UploadFile.FromStream, or upload with client.Files.", nameof(file)),
        0 => throw new ArgumentException($"'{file.FileName}' is empty: there is nothing to upload.", nameof(file)),
        > ChunkedUploadOptions.MaxFileBytes and var length => throw new ArgumentException($"'{file.FileName}' has {length} bytes; an upload takes {ChunkedUploadOptions.MaxFileBytes} (8 GiB) at most.", nameof(file)),
        { } length => length,
    };

    private ResumableUpload Checked(ResumableUpload state, long bytes)
    {
        var parts = state.PartBytes > 0 ? (int)Math.Min(int.MaxValue, (state.Bytes + state.PartBytes - 1) / state.PartBytes) : 0;
        if (state.Bytes != bytes || parts != state.PartIds.Count)
        {
            throw new ArgumentException($"The upload to go on with is of a file of {state.Bytes} bytes in {state.PartIds.Count} parts, and this one has {bytes} bytes: it is another file, or was changed.", nameof(state));
        }

        return HasExpired(state) ? throw new UploadExpiredException(state.UploadId, state.ExpiresAt) : state;
    }

    private bool HasExpired(ResumableUpload state) => state.ExpiresAt <= _transport.Options.TimeProvider.GetUtcNow();

    private async Task<ResumableUpload> BeginAsync(UploadFile file, long bytes, UploadRequestPurpose purpose, ChunkedUploadOptions chunks, CallOptions? options, CancellationToken cancellationToken)
    {
        var request = new UploadRequest { Filename = file.FileName, Purpose = purpose, Bytes = bytes, MimeType = file.ContentType, ExpiresAfter = chunks.ExpiresAfter };
        var upload = (await CreateAsync(request, options, cancellationToken).ConfigureAwait(false)).Value;
        return new ResumableUpload
        {
            UploadId = upload.Id,
            FileName = file.FileName,
            Bytes = bytes,
            PartBytes = chunks.PartBytes,
            ExpiresAt = upload.ExpiresAt == default ? null : upload.ExpiresAt,
            PartIds = new string?[(bytes + chunks.PartBytes - 1) / chunks.PartBytes],
        };
    }

    // What went wrong is told; that the server then could not be told to forget the parts is not worth hiding it.
    private async Task GiveUpAsync(string uploadId, CallOptions? options)
    {
        try
        {
            await CancelAsync(uploadId, (Polling.ForLooks(options) ?? new CallOptions()) with { MaxRetries = 0, Timeout = s_cancelTime }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ApiException)
        {
        }
    }
}
