namespace Switchboard.Protocol.Multipart;

/// <summary>A request that is sent as <c>multipart/form-data</c> (RFC 7578).</summary>
public interface IMultipartRequest
{
    /// <summary>Adds the request's fields and files to a form.</summary>
    void WriteTo(MultipartForm form);
}
