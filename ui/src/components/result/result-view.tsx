'use client';
import { useEffect, useRef } from 'react';
import { shownFaces } from '@/lib/faces';
import { formatDuration } from '@/lib/format';
import { strings } from '@/lib/strings';
import type { Box } from '@/lib/view';
import { BeforeAfter } from '../before-after/before-after';
import { PanelTitle } from '../layout/panel-title';
import { TwoColumnLayout } from '../layout/two-column-layout';
import { Note } from '../ui/note';
import { FaceList } from './face-list';
import { Metrics } from './metrics';
import { ResultActions } from './result-actions';
import type { ResultProps } from './result-props';
import { StageTimes } from './stage-times';

/** The before-and-after view, with the actions and all details of the result next to it. */
export function ResultView(props: ResultProps) {
  const { photo, result } = props;
  const { data } = result;
  const zoomToBox = useRef<(box: Box) => void>(() => {});
  useEffect(() => {
    window.scrollTo({ top: 0 }); // a warning is at the top of the page and must be visible
  }, []);
  const faces = shownFaces(data, photo.width);
  const restored = data.faces.filter((face) => face.restored).length;
  return (
    <div className="flex flex-col gap-4">
      {data.warning !== null && (
        <Note variant="warning" role="alert" title={strings.result.warning}>
          <p data-testid="warning">{data.warning}</p>
        </Note>
      )}
      <TwoColumnLayout
        image={<BeforeAfter photo={photo} result={result} faces={faces} zoomToBoxRef={zoomToBox} />}
        panel={
          <section className="flex flex-col gap-5">
            <div>
              <PanelTitle>{strings.result.title}</PanelTitle>
              <p className="mt-1 text-sm text-soft">
                {strings.result.summary(restored, data.faces.length, formatDuration(data.processing_time_ms))}
              </p>
            </div>
            <ResultActions {...props} />
            <div>
              <FaceList photo={photo} result={result} faces={faces} onZoom={(box) => zoomToBox.current(box)} />
              <Metrics data={data} />
              <StageTimes data={data} />
            </div>
          </section>
        }
      />
    </div>
  );
}
