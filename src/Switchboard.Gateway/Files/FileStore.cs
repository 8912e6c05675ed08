using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Files;

/// <summary>
/// The files of callers: what is known of them in the records, their bytes beside. The bytes are there before a file is
/// known, and go before it is forgotten, so that whatever breaks off can be done again. Until a file is known its bytes have
/// the name of an upload: none with the name of a file is ever without its record, whenever a gateway dies.
/// </summary>
public sealed class FileStore(IFileRecords records, IFileContents contents, TimeProvider time)
{
    /// <summary>What the name of an upload ends with that is under way.</summary>
    private const string Part = ".part";

    private const int SweptAtOnce = 100;

    // The longest that anybody may take to send a file.
    private static readonly TimeSpan s_longestUpload = TimeSpan.FromDays(1);

    /// <summary>Takes an upload: a form with <c>file</c>, <c>purpose</c> and perhaps <c>expires_after</c>.</summary>
    /// <param name="body">The form.</param>
    /// <param name="boundary">What parts its parts.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <returns>The file, or why it is refused.</returns>
    public async ValueTask<(StoredFile? File, GatewayError? Error)> ReceiveAsync(UploadBody body, string boundary, string tenant, CancellationToken cancellationToken)
    {
        var id = FileIds.New(time);
        var form = new FileForm(body, boundary);
        var isKept = false;
        try
        {
            var received = await ReceiveAsync(id, form, tenant, cancellationToken);
            if (received.File is { } file)
            {
                await records.AddAsync(file, cancellationToken);
                isKept = true;
                await NameAsync(id, CancellationToken.None);
            }

            return received;
        }
        catch (UploadRefusedException refused)
        {
            return (null, refused.Error);
        }
        finally
        {
            if (!isKept)
            {
                await contents.DeleteAsync(id + Part, CancellationToken.None);
            }
        }
    }

    /// <summary>Keeps what the gateway wrote itself, under an id that was chosen before. It may be asked again.</summary>
    /// <param name="name">The name of its content, until now.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    internal async Task KeepAsync(string name, StoredFile file, CancellationToken cancellationToken)
    {
        await contents.MoveAsync(name, file.Id, cancellationToken);
        await records.AddAsync(file, cancellationToken);
    }

    /// <summary>A file of a tenant; null where they have none of that id.</summary>
    public Task<StoredFile?> FindAsync(string tenant, string id, CancellationToken cancellationToken) => records.FindAsync(tenant, id, cancellationToken);

    /// <summary>A page of a tenant's files.</summary>
    public Task<RecordsPage<StoredFile>> ListAsync(string tenant, string? purpose, RecordsQuery query, CancellationToken cancellationToken) =>
        records.ListAsync(tenant, purpose, query, cancellationToken);

    /// <summary>The bytes of a file; null where they are not there.</summary>
    public async Task<Stream?> OpenAsync(StoredFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        return await contents.OpenAsync(file.Id, cancellationToken)
            ?? await contents.OpenAsync(file.Id + Part, cancellationToken)
            ?? await contents.OpenAsync(file.Id, cancellationToken);
    }

    /// <summary>Deletes a tenant's file; false where they have none of that id.</summary>
    public async Task<bool> DeleteAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        if (await records.FindAsync(tenant, id, cancellationToken) is null)
        {
            return false;
        }

        await RemoveAsync(id, cancellationToken);
        return await records.DeleteAsync(id, cancellationToken);
    }

    /// <summary>Deletes what has expired, and what uploads left behind that broke off.</summary>
    /// <returns>How many files have expired.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var swept = 0;
        foreach (var name in await contents.ListLeftAsync(Part, time.GetUtcNow() - s_longestUpload, cancellationToken))
        {
            await EndAsync(name, cancellationToken);
        }

        while (await records.ListExpiredAsync(SweptAtOnce, cancellationToken) is { Count: > 0 } expired)
        {
            var before = swept;
            Exception? fault = null;
            foreach (var file in expired)
            {
                try
                {
                    await RemoveAsync(file.Id, cancellationToken);
                    await records.DeleteAsync(file.Id, cancellationToken);
                    swept++;
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    // The others go all the same.
                    fault = exception;
                }
            }

            if (fault is not null && swept == before)
            {
                throw new IOException(fault.Message, fault);
            }
        }

        return swept;
    }

    // Bytes whose file became known before their gateway died belong to it, others to nobody.
    private async Task EndAsync(string name, CancellationToken cancellationToken)
    {
        var id = name[..^Part.Length];
        if (FileIds.IsOurs(id) && await records.HasAsync(id, cancellationToken))
        {
            await NameAsync(id, cancellationToken);
        }
        else
        {
            await contents.DeleteAsync(name, cancellationToken);
        }
    }

    private Task NameAsync(string id, CancellationToken cancellationToken) => contents.MoveAsync(id + Part, id, cancellationToken);

    private async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        await contents.DeleteAsync(id + Part, cancellationToken);
        await contents.DeleteAsync(id, cancellationToken);
    }

    private async ValueTask<(StoredFile? File, GatewayError? Error)> ReceiveAsync(string id, FileForm form, string tenant, CancellationToken cancellationToken)
    {
        long length;
        await using (var writer = await contents.CreateAsync(id + Part, cancellationToken))
        {
            if (await form.ReadAsync(writer, cancellationToken) is { } broken)
            {
                return (null, broken);
            }

            length = writer.Length;
            await writer.SyncAsync(cancellationToken);
        }

        if (form.FileName is not { } name)
        {
            return (null, FileErrors.NoFile);
        }

        if (form.Field("purpose") is not { } purpose || !FilePurposes.IsKnown(purpose))
        {
            return (null, FileErrors.Purpose(form.Field("purpose")));
        }

        if (form.ReadExpiry(FilePurposes.KeptFor(purpose), out var kept) is { } fault)
        {
            return (null, fault);
        }

        var now = time.GetUtcNow();
        return (new StoredFile(id, tenant, name, purpose, length, now, now + kept), null);
    }
}
