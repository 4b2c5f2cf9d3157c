// The little of WebGL 2 that the map needs: programs, buffers, textures; a reason in words where it is not to be had.

const shader = (gl: WebGL2RenderingContext, kind: number, source: string): WebGLShader => {
  const made = gl.createShader(kind);
  if (!made) throw new Error("The graphics context is gone.");
  gl.shaderSource(made, source);
  gl.compileShader(made);
  if (!gl.getShaderParameter(made, gl.COMPILE_STATUS) && !gl.isContextLost())
    throw new Error(gl.getShaderInfoLog(made) ?? "A shader does not compile.");
  return made;
};

export interface Program {
  readonly program: WebGLProgram;
  /** What is drawn next is drawn by it. */
  enter(): void;
  /** -1 where it is not used. */
  attribute(name: string): number;
  uniform(name: string): WebGLUniformLocation | null;
}

export const makeProgram = (
  gl: WebGL2RenderingContext,
  vertex: string,
  fragment: string,
): Program => {
  const program = gl.createProgram();
  const parts = [shader(gl, gl.VERTEX_SHADER, vertex), shader(gl, gl.FRAGMENT_SHADER, fragment)];
  for (const part of parts) gl.attachShader(program, part);
  gl.linkProgram(program);
  for (const part of parts) gl.deleteShader(part);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(gl.getProgramInfoLog(program) ?? "The shaders do not fit together.");
  const uniforms = new Map<string, WebGLUniformLocation | null>();
  return {
    program,
    enter: () => gl.useProgram(program),
    attribute: (name) => gl.getAttribLocation(program, name),
    uniform: (name) => {
      const known = uniforms.get(name);
      if (known !== undefined) return known;
      const found = gl.getUniformLocation(program, name);
      uniforms.set(name, found);
      return found;
    },
  };
};

export interface Attribute {
  readonly at: number;
  readonly size: number;
  readonly kind: "float" | "code";
}

/** Binds a buffer to an attribute of the vertex array that is bound. */
export const bindAttribute = (
  gl: WebGL2RenderingContext,
  buffer: WebGLBuffer,
  { at, size, kind }: Attribute,
): void => {
  if (at < 0) return;
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.enableVertexAttribArray(at);
  if (kind === "code") gl.vertexAttribIPointer(at, size, gl.UNSIGNED_SHORT, 0, 0);
  else gl.vertexAttribPointer(at, size, gl.FLOAT, false, 0, 0);
};

/** The picture of r, g, b, a bytes as a texture of this size; smooth between its pixels, or exact. */
export const fillTexture = (
  gl: WebGL2RenderingContext,
  texture: WebGLTexture,
  picture: { width: number; height: number; pixels: Uint8Array; smooth: boolean },
): void => {
  gl.bindTexture(gl.TEXTURE_2D, texture);
  const { width, height, pixels, smooth } = picture;
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  const filter = smooth ? gl.LINEAR : gl.NEAREST;
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
};

/** Whether this browser knows WebGL 2 at all. It may still refuse it, which only opening a context tells. */
export const knowsWebGl = (): boolean => typeof WebGL2RenderingContext !== "undefined";
