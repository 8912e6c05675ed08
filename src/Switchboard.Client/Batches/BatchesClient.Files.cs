using System.Runtime.CompilerServices;
using Switchboard.Client.Files;
using Switchboard.Client.Helpers;
using Switchboard.Protocol.Batches;
using Switchboard.Protocol.Files;
using Switchboard.Protocol.Multipart;

namespace Switchboard.Client.Batches;

public sealed partial class BatchesClient
{
    /// <summary>Uploads requests as a file and starts a batch of them.</summary>
    /// <param name="entries">The requests, all for one endpoint. The file is made of them while it is sent.</param>
    /// <param name="metadata">Metadata of the batch; null for none.</param>
    /// <param name="outputExpiresAfter">When the files of results expire; by the server's rule when null.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <exception cref="ArgumentException">There is no request, two have one name, or they are for several endpoints.</exception>
    public async Task<ApiResult<Batch>> UploadAndCreateAsync(IEnumerable<BatchEntry> entries, IReadOnlyDictionary<string, string>? metadata = null, BatchFileExpiration? outputExpiresAfter = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        BatchEntry[] requests = [.. entries];
        var endpoint = EndpointOf(requests);
        var file = UploadFile.FromFactory(_ => ValueTask.FromResult<Stream>(new BatchFileStream(requests)), "batch.jsonl", "application/jsonl");
        var input = await new FilesClient(_transport).CreateAsync(new UploadFileRequest(file, UploadFileRequestPurpose.Batch), Polling.ForLooks(options), cancellationToken).ConfigureAwait(false);
        return await CreateAsync(new BatchRequest(input.Value.Id, endpoint) { Metadata = metadata, OutputExpiresAfter = outputExpiresAfter }, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what became of a batch's requests: first those with answers, then those without. Their order is not that of the requests.</summary>
    /// <param name="batch">A batch that is over.</param>
    /// <param name="options">What the downloads do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the downloads.</param>
    public async IAsyncEnumerable<BatchResult> ReadResultsAsync(Batch batch, CallOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (var id in new[] { batch.OutputFileId, batch.ErrorFileId }.Where(id => !string.IsNullOrEmpty(id)))
        {
            var content = await new FilesClient(_transport).ContentAsync(id!, options, cancellationToken).ConfigureAwait(false);
            await using var _ = content.ConfigureAwait(false);
            await foreach (var result in BatchFile.ReadResultsAsync(content.Stream, cancellationToken).ConfigureAwait(false))
            {
                yield return result;
            }
        }
    }

    private static BatchRequestEndpoint EndpointOf(BatchEntry[] entries)
    {
        if (entries.Length == 0)
        {
            throw new ArgumentException("A batch needs a request.", nameof(entries));
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.Endpoint != entries[0].Endpoint)
            {
                throw new ArgumentException($"The requests of a batch are all for one endpoint, and these are for {entries[0].Endpoint} and {entry.Endpoint}.", nameof(entries));
            }

            if (!names.Add(entry.CustomId))
            {
                throw new ArgumentException($"Two requests have the name '{entry.CustomId}': their results could not be told apart.", nameof(entries));
            }
        }

        return entries[0].Endpoint;
    }
}
